package document

import "strconv"

// shorten quotes name for a message. It keeps only the beginning of a long name,
// so that an answer stays below the gateway's limit.
func shorten(name string) string {
	const most = 100
	if len(name) > most {
		return strconv.Quote(name[:most]) + "..."
	}
	return strconv.Quote(name)
}
