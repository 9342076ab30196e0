package rehearse

import (
	"fmt"
	"slices"
	"strings"

	"lullaby/template"
)

// usesOf returns the tables that the environment of a function names, then those
// that only its policies name, each in the order of the file, with what the
// policies allow. If the options ask for a table, it returns that one alone.
func usesOf(t *template.Template, f *template.Function, o *Options) []template.Grant {
	var named, allowed []template.Grant
	for _, table := range t.Tables {
		if o.Table != "" && !is(table, o.Table) {
			continue
		}
		use := template.Grant{Table: table.LogicalID}
		i := slices.IndexFunc(f.Grants, func(u template.Grant) bool { return u.Table == table.LogicalID })
		if i >= 0 {
			use = f.Grants[i]
		}
		switch {
		case refers(f, table):
			named = append(named, use)
		case i >= 0:
			allowed = append(allowed, use)
		}
	}
	return append(named, allowed...)
}

// findTable sets the table of the path: the one that is asked for, the first
// that the function uses, or the first of all; none for a function that sends to
// a queue and uses no table. It notes what it assumes.
func (p *path) findTable(t *template.Template, o *Options, uses []template.Grant) {
	id := p.function.LogicalID
	switch {
	case len(uses) == 0 && p.queue != nil:
	case o.Table != "":
		p.table = tableOf(t, o.Table)
	case len(uses) > 0:
		p.table = tableOf(t, uses[0].Table)
		if len(uses) > 1 {
			p.assume("%s calls %s alone, of the %d tables that it names", id, p.table.LogicalID, len(uses))
		}
	case len(t.Tables) > 1:
		p.table = t.Tables[0]
		p.assume("%s names no table and calls %s, the first of %d", id, p.table.LogicalID, len(t.Tables))
	default:
		p.table = t.Tables[0]
		p.assume("%s names no table and calls %s, the only one", id, p.table.LogicalID)
	}
}

// tableOf returns the table with a name or logical id, nil if there is none.
func tableOf(t *template.Template, id string) *template.Table {
	for _, table := range t.Tables {
		if is(table, id) {
			return table
		}
	}
	return nil
}

// is reports whether a table has this name or logical id.
func is(t *template.Table, asked string) bool { return t.Name == asked || t.LogicalID == asked }

// checkTable refuses a table that is asked for and not in the template.
func checkTable(t *template.Template, asked string) error {
	if asked == "" || tableOf(t, asked) != nil {
		return nil
	}
	var text strings.Builder
	for _, table := range t.Tables {
		fmt.Fprintf(&text, "\n  %v: %s", table.Pos(), table.LogicalID)
	}
	return fmt.Errorf("--table: %s has no table %q, but:%s", t.Path, asked, &text)
}

// refers reports whether a variable of the function is the name or ARN of the
// table.
func refers(f *template.Function, t *template.Table) bool {
	for _, value := range f.Environment {
		if value == t.Name || strings.HasPrefix(value, "arn:") && strings.HasSuffix(value, ":table/"+t.Name) {
			return true
		}
	}
	return false
}
