package template

import (
	"slices"
	"strings"
)

// The policies of functions. Lullaby enforces none; they say which tables a
// function uses.

// linkGrants sets the grants of the function that r describes: of its Policies,
// or of its role.
func (l *loader) linkGrants(r *resource) {
	f := l.functionOf(r)
	if f == nil {
		return
	}
	l.grantPolicies(f, r.properties.get("Policies"))
	role, err := l.evalText(r.properties.get("Role"))
	if err != nil || role == "" {
		return // a role that is not known grants nothing
	}
	for _, other := range l.order {
		if other.readable() && l.givenTo(other, role) {
			l.grantPolicies(f, other.properties.get("Policies"))
			l.grantDocument(f, other.properties.get("PolicyDocument"))
		}
	}
}

// functionOf returns the function that was read from r, nil if there is none.
func (l *loader) functionOf(r *resource) *Function {
	if i := slices.IndexFunc(l.t.Functions, func(f *Function) bool { return f.LogicalID == r.id }); i >= 0 {
		return l.t.Functions[i]
	}
	return nil
}

// givenTo reports whether r is the role with that ARN or name, or a policy
// of it.
func (l *loader) givenTo(r *resource, role string) bool {
	switch r.typ {
	case typeRole:
		name, err := l.identify(r)
		arn, err2 := roleARN(l.evaluator, r)
		return err == nil && err2 == nil && (role == name || role == arn)
	case typePolicy, typeManagedPolicy:
		for _, n := range l.evalItems(r.properties.get("Roles")) {
			if name, err := l.evalText(n); err == nil && strings.HasSuffix(role, "/"+name) {
				return true
			}
		}
	}
	return false
}

// evalText returns the text of a value, "" if it is absent, has none, or is not
// a single value.
func (l *loader) evalText(n *node) (string, error) {
	v, err := l.eval(n)
	if err != nil || v == nil || v.kind != scalar {
		return "", err
	}
	return v.text, nil
}

// evalItems returns the items of a list, or the one value that stands for a
// list of one. It leaves out what cannot be evaluated.
func (l *loader) evalItems(n *node) []*node {
	v, err := l.eval(n)
	switch {
	case err != nil || v == nil:
		return nil
	case v.kind != list:
		return []*node{v}
	}
	items := make([]*node, 0, len(v.items))
	for _, item := range v.items {
		if item, err := l.eval(item); err == nil && item != nil {
			items = append(items, item)
		}
	}
	return items
}

// grantPolicies adds what a list of policies grants: SAM's policy templates,
// statements, and the policies of a role.
func (l *loader) grantPolicies(f *Function, policies *node) {
	for _, p := range l.evalItems(policies) {
		l.grantDocument(f, p)
		l.grantDocument(f, p.get("PolicyDocument"))
		for _, t := range p.entries() {
			read, write := templateAllows(t.key)
			if name, err := l.evalText(t.value.get("TableName")); err == nil {
				l.grant(f, name, read, write)
			}
		}
	}
}

// templateAllows returns what a policy template of SAM's allows of the table in
// its TableName (docs/aws/templates.md#policy-templates).
func templateAllows(name string) (read, write bool) {
	switch name {
	case "DynamoDBCrudPolicy":
		return true, true
	case "DynamoDBReadPolicy":
		return true, false
	case "DynamoDBWritePolicy":
		return false, true
	}
	return false, false
}

// grantDocument adds what the statements of a policy document grant.
func (l *loader) grantDocument(f *Function, document *node) {
	for _, s := range l.evalItems(document.get("Statement")) {
		if effect, err := l.evalText(s.get("Effect")); err != nil || effect == "Deny" {
			continue
		}
		var read, write bool
		for _, a := range l.evalItems(s.get("Action")) {
			r, w := actionAllows(a.text)
			read, write = read || r, write || w
		}
		for _, r := range l.evalItems(s.get("Resource")) {
			l.grant(f, r.text, read, write)
		}
	}
}

// actionAllows returns whether an action, such as dynamodb:PutItem or
// dynamodb:*, reads or writes items.
func actionAllows(action string) (read, write bool) {
	verb, ok := strings.CutPrefix(strings.ToLower(action), "dynamodb:")
	if action == "*" {
		verb, ok = "*", true
	}
	if !ok {
		return false, false
	}
	matches := func(verbs ...string) bool {
		prefix, wild := strings.CutSuffix(verb, "*")
		return slices.ContainsFunc(verbs, func(v string) bool { return v == verb || wild && strings.HasPrefix(v, prefix) })
	}
	read = matches("getitem", "batchgetitem", "query", "scan", "transactgetitems", "partiqlselect")
	write = matches("putitem", "updateitem", "deleteitem", "batchwriteitem", "transactwriteitems", "partiqlinsert", "partiqlupdate", "partiqldelete")
	return read, write
}

// grant adds a grant for the table with a name or an ARN, if it is of this
// template and anything is allowed. The ARN may go on, to an index.
func (l *loader) grant(f *Function, resource string, read, write bool) {
	if name := tableIn(resource); name != "" && (read || write) {
		for _, t := range l.t.Tables {
			if t.Name == name {
				f.grant(t.LogicalID, read, write)
			}
		}
	}
}

// tableIn returns the table's name in an ARN of DynamoDB's, and a name as it is.
func tableIn(resource string) string {
	if !strings.HasPrefix(resource, "arn:") {
		return resource
	}
	_, rest, _ := strings.Cut(resource, ":table/")
	name, _, _ := strings.Cut(rest, "/")
	return name
}

func (f *Function) grant(table string, read, write bool) {
	for i := range f.Grants {
		if g := &f.Grants[i]; g.Table == table {
			g.Read, g.Write = g.Read || read, g.Write || write
			return
		}
	}
	f.Grants = append(f.Grants, Grant{table, read, write})
}
