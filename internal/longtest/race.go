//go:build race

package longtest

const raced = true // by the race detector
