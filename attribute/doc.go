// Package attribute is DynamoDB's data model: values of ten types, items, and
// numbers of 38 digits. It computes the size that AWS bills for them, encodes
// them for the disk and as keys, and reads and writes their JSON.
//
// Values are immutable and safe to share. The package does no I/O. Its binary
// and key forms are stored on users' disks: they may be extended, never changed.
package attribute
