// Package members compares shapes of requests and answers with those of AWS's clients
// for Go. It is for tests alone and may change at any time.
package members

import (
	"reflect"
	"strings"
	"time"
)

// A Member is one of a shape of AWS's client.
type Member struct {
	Path string       // "PutItem.Item", from the operation on
	Name string       // "PutItemInput.Item", with the shape in which the client has it
	Ours reflect.Type // of the member of that name in our shape; nil: there is none
}

// Each calls f for every member of theirs, a shape of AWS's client that stands at path,
// and for the members of each member for which f returns true.
func Each(path string, theirs, ours reflect.Type, f func(m Member) (inside bool)) {
	for theirs.Kind() == reflect.Pointer {
		theirs = theirs.Elem()
	}
	for ours.Kind() == reflect.Pointer {
		ours = ours.Elem()
	}
	switch kind := theirs.Kind(); {
	case (kind == reflect.Slice || kind == reflect.Map) && ours.Kind() == kind:
		Each(path, theirs.Elem(), ours.Elem(), f)
	case kind == reflect.Struct && theirs != reflect.TypeFor[time.Time]():
		for member := range theirs.Fields() {
			if !member.IsExported() || member.Name == "ResultMetadata" {
				continue
			}
			m := Member{path + "." + member.Name, theirs.Name() + "." + member.Name, typeOf(ours, member.Name)}
			if f(m) {
				Each(m.Path, member.Type, m.Ours, f)
			}
		}
	}
}

// typeOf returns the type of the member of that name, in JSON if it has another one
// there; nil if there is none.
func typeOf(t reflect.Type, name string) reflect.Type {
	if t.Kind() != reflect.Struct {
		return nil
	}
	for _, f := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.IsExported() && !f.Anonymous && (tag == "" && f.Name == name || tag != "" && strings.EqualFold(tag, name)) {
			return f.Type
		}
	}
	return nil
}
