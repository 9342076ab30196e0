// Package storage is the one door to Pebble, and to the folder that holds a
// stack's data: one ordered map of bytes, written in atomic batches.
//
// A DB is safe for concurrent use. Keys begin with the Space of the package
// that they belong to. The layout on disk has a version; a folder of a newer
// one is refused.
package storage
