// Package attribute is DynamoDB's data model: values of ten types, items,
// numbers of 38 digits, the size that AWS bills for them, their bytes on disk
// and as keys, and their JSON on the wire.
//
// Values are immutable once made and safe to share. The package does no I/O.
// Its binary and key forms are what lies on users' disks: they may be extended,
// never changed.
package attribute
