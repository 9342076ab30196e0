// Package longtest says how much tests do. The long form, which the gate plays, is
// that of LULLABY_LONG=1. It is for tests alone and may change at any time.
package longtest

import "os"

// Long reports whether tests have their long form.
func Long() bool { return os.Getenv("LULLABY_LONG") != "" }

// Of returns how much a test does: quick, or long in the long form.
func Of[N int | uint64](quick, long N) N {
	if Long() {
		return long
	}
	return quick
}

// Histories is Of for random histories of packages whose long form the gate plays
// without the race detector too. With it, which takes about five times as long, the
// long form has a quarter of them, but not less than quick.
func Histories[N int | uint64](quick, long N) N {
	if raced && Long() {
		return max(quick, long/4)
	}
	return Of(quick, long)
}
