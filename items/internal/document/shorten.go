package document

import "strconv"

// shorten quotes name for a message; of a long one it keeps the beginning, so
// that an answer cannot outgrow what the gateway carries.
func shorten(name string) string {
	const most = 100
	if len(name) > most {
		return strconv.Quote(name[:most]) + "..."
	}
	return strconv.Quote(name)
}
