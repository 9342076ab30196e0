package pager

import (
	"slices"
	"strings"
)

// Topics are the topics that wake somebody, by their names. None: every topic does.
type Topics []string

// Wake reports whether an action of an alarm is the ARN of such a topic.
func (t Topics) Wake(action string) bool {
	return IsTopic(action) && (len(t) == 0 || slices.Contains(t, action[strings.LastIndexByte(action, ':')+1:]))
}
