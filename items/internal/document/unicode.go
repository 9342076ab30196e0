package document

import (
	"bytes"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// checkUnicode refuses text that encoding/json would replace by U+FFFD without an
// error: bytes that are not UTF-8, and escapes of half a surrogate pair.
func checkUnicode(body []byte) error {
	for i := 0; i < len(body); {
		r, size := utf8.DecodeRune(body[i:])
		if r == utf8.RuneError && size == 1 {
			return fmt.Errorf("body is not valid UTF-8 at offset %d", i)
		}
		i += size
	}
	for i := bytes.IndexByte(body, '\\'); i >= 0 && i < len(body); i++ {
		if body[i] != '\\' {
			continue
		}
		r := escaped(body[i:])
		switch {
		case !utf16.IsSurrogate(r):
			i++ // what is escaped may be another backslash
		case utf16.DecodeRune(r, escaped(body[i+6:])) == utf8.RuneError:
			return fmt.Errorf("unpaired surrogate %s at offset %d", body[i:i+6], i)
		default:
			i += 11
		}
	}
	return nil
}

// escaped returns the code unit of the escape \uXXXX at the beginning of text, or
// -1 if there is none.
func escaped(text []byte) rune {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return -1
	}
	var r rune
	for _, c := range text[2:6] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}
