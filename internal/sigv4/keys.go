package sigv4

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// ReadKeys reads the keys of all profiles of a shared credentials file of AWS. It
// skips a profile without an access key, for example one with a role. Errors name
// the line or the profile and contain no secret.
func ReadKeys(file io.Reader) (Keys, error) {
	profiles, err := readProfiles(file)
	if err != nil {
		return nil, err
	}
	keys := Keys{}
	for _, name := range slices.Sorted(maps.Keys(profiles)) {
		p := profiles[name]
		id := p["aws_access_key_id"]
		c := Credentials{SecretAccessKey: p["aws_secret_access_key"], SessionToken: p["aws_session_token"]}
		if id == "" && c.SecretAccessKey == "" {
			continue
		}
		if id == "" || c.SecretAccessKey == "" {
			return nil, fmt.Errorf("profile %q: aws_access_key_id and aws_secret_access_key go together", name)
		}
		if other, ok := keys[id]; ok && other != c {
			return nil, fmt.Errorf("profile %q: access key %s has another secret or token in another profile", name, id)
		}
		keys[id] = c
	}
	if len(keys) == 0 {
		return nil, errors.New("no profile has an access key")
	}
	return keys, nil
}

// readProfiles reads the properties of each profile.
func readProfiles(file io.Reader) (map[string]map[string]string, error) {
	profiles := map[string]map[string]string{}
	var profile map[string]string
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		if line[0] == '[' {
			name, _, ok := strings.Cut(line[1:], "]")
			if !ok {
				return nil, fmt.Errorf("line %d: the name of a profile has no ]", n)
			}
			name = strings.TrimSpace(name)
			if profile = profiles[name]; profile == nil {
				profile = map[string]string{}
				profiles[name] = profile
			}
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		switch {
		case !ok:
			return nil, fmt.Errorf("line %d: neither a [profile] nor a name = value", n)
		case profile == nil:
			return nil, fmt.Errorf("line %d: a value stands before the first [profile]", n)
		}
		profile[strings.ToLower(strings.TrimSpace(name))] = uncomment(value)
	}
	return profiles, lines.Err()
}

// uncomment removes the comment behind a value.
func uncomment(value string) string {
	value = strings.ReplaceAll(value, "\t", " ")
	for _, mark := range []string{" #", " ;"} {
		value, _, _ = strings.Cut(value, mark)
	}
	return strings.TrimSpace(value)
}
