package pager

import (
	"slices"
	"strings"
)

// Topics are the topics that wake somebody, by their names or ARNs. None: every topic does.
type Topics []string

// Wake reports whether an action of an alarm is the ARN of such a topic.
func (t Topics) Wake(action string) bool {
	name := action[strings.LastIndexByte(action, ':')+1:]
	return IsTopic(action) && (len(t) == 0 || slices.Contains(t, name) || slices.Contains(t, action))
}
