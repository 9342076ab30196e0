// Package storage keeps a stack's data in a folder: one ordered map of bytes,
// written in atomic batches. It is the only package that uses Pebble.
//
// A DB is safe for concurrent use. The first byte of a key is its [Space]. The
// layout on disk has a version; Open refuses a folder with a newer one.
package storage
