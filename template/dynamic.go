package template

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Dynamic references, such as {{resolve:ssm:/name}}. Their values are given
// beside the parameters, by what stands after "resolve:", or are those of
// resources of the template (docs/aws/templates.md#dynamic-references).

// dynamicReference matches one, with its service and its reference key.
var dynamicReference = regexp.MustCompile(`\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]+)\}\}`)

// isDynamic reports whether the name of a given value is that of a dynamic
// reference.
func isDynamic(name string) bool {
	return strings.HasPrefix(name, "ssm:") || strings.HasPrefix(name, "ssm-secure:") || strings.HasPrefix(name, "secretsmanager:")
}

// resolve replaces the dynamic references in text. One that has no value stays.
func (e *evaluator) resolve(text string, line int) string {
	if !strings.Contains(text, "{{resolve:") {
		return text
	}
	return dynamicReference.ReplaceAllStringFunc(text, func(reference string) string {
		parts := dynamicReference.FindStringSubmatch(reference)
		key := parts[1] + ":" + parts[2]
		value, known := e.given[key]
		if !known && !e.resolving[key] {
			e.resolving[key] = true // its resource may have it in its own value
			if parts[1] == "secretsmanager" {
				value, known = e.secret(parts[2])
			} else {
				value, known = e.ssmParameter(parts[2])
			}
			delete(e.resolving, key)
		}
		if known {
			return value
		}
		if _, told := e.unresolved[key]; !told {
			e.unresolved[key] = line
		}
		return reference
	})
}

// ssmParameter returns the value of the parameter NAME or NAME:VERSION that the
// template makes.
func (e *evaluator) ssmParameter(key string) (value string, known bool) {
	name, _, _ := strings.Cut(key, ":")
	for _, id := range slices.Sorted(maps.Keys(e.resources)) {
		r := e.resources[id]
		if r.typ != "AWS::SSM::Parameter" || !r.exists || r.err != nil {
			continue
		}
		if own, err := e.property(r, "Name", ""); err == nil && own == name {
			value, err := e.property(r, "Value", "")
			return value, err == nil
		}
	}
	return "", false
}

// secret returns the value of a secret that the template makes. key is
// ID:SecretString:JSON-KEY:..., all but ID optional, and ID a name or an ARN.
func (e *evaluator) secret(key string) (value string, known bool) {
	id, rest := key, ""
	if i := strings.Index(key, ":SecretString"); i >= 0 {
		id, rest = key[:i], strings.TrimPrefix(key[i+len(":SecretString"):], ":")
	}
	jsonKey, _, _ := strings.Cut(rest, ":")
	for _, name := range slices.Sorted(maps.Keys(e.resources)) {
		r := e.resources[name]
		if r.typ != typeSecret || !r.exists || r.err != nil {
			continue
		}
		own, err := e.property(r, "Name", "")
		ref, err2 := e.identify(r)
		if err == nil && err2 == nil && (id == own || id == ref) {
			return e.secretValue(r, jsonKey)
		}
	}
	return "", false
}

// secretValue returns the string of a secret, or the value of a key of its JSON.
// A generated string is the same at every start.
func (e *evaluator) secretValue(r *resource, jsonKey string) (string, bool) {
	text, err := e.property(r, "SecretString", "")
	if generate := r.properties.get("GenerateSecretString"); err == nil && text == "" && generate != nil {
		in := e.reader(r.id+": GenerateSecretString.", r.line, generate)
		key := in.text("GenerateStringKey", "")
		text, err = in.text("SecretStringTemplate", ""), *in.err
		if token := e.stack.token(32, "secret", r.id); key == jsonKey || key == "" {
			return token, err == nil
		}
	}
	if jsonKey == "" || err != nil {
		return text, err == nil && text != ""
	}
	var values map[string]any
	if json.Unmarshal([]byte(text), &values) != nil {
		return "", false
	}
	s, ok := values[jsonKey].(string)
	return s, ok
}

// warnOfUnresolved warns of the dynamic references that have no value.
func (l *loader) warnOfUnresolved() {
	for _, key := range slices.Sorted(maps.Keys(l.unresolved)) {
		l.warnf(l.unresolved[key], "{{resolve:%s}} has no value: --parameter %s=...", key, key)
	}
}
