package template

import (
	"slices"
	"strings"
)

// The policies of functions. Lullaby enforces none; they say which tables and
// queues a function uses, and which services.

// allowed is what policies allow: to read and write items of a table, to send
// messages to a queue, and to change the visibility of its messages.
type allowed struct{ read, write, send, hide bool }

func (a allowed) and(b allowed) allowed {
	return allowed{a.read || b.read, a.write || b.write, a.send || b.send, a.hide || b.hide}
}

// linkGrants sets the grants and the services of the function that r describes: of its
// Policies, or of its role.
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
			l.grantPolicies(f, other.properties.get("ManagedPolicyArns"))
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
// statements, the policies of a role, and names and ARNs of managed policies.
func (l *loader) grantPolicies(f *Function, policies *node) {
	for _, p := range l.evalItems(policies) {
		if p.kind == scalar {
			l.grantManaged(f, p.text)
		}
		l.grantDocument(f, p)
		l.grantDocument(f, p.get("PolicyDocument"))
		for _, t := range p.entries() {
			if strings.Contains(t.key, "Policy") && t.value.kind == mapping {
				f.call(policyService(t.key))
			}
			for _, key := range []string{"TableName", "QueueName"} {
				if name, err := l.evalText(t.value.get(key)); err == nil {
					l.grant(f, name, templates[t.key])
				}
			}
		}
	}
}

// templates are SAM's policy templates for what is in their TableName or
// QueueName (docs/aws/templates.md#policy-templates).
var templates = map[string]allowed{
	"DynamoDBCrudPolicy":   {read: true, write: true},
	"DynamoDBReadPolicy":   {read: true},
	"DynamoDBWritePolicy":  {write: true},
	"SQSSendMessagePolicy": {send: true},
	"SQSPollerPolicy":      {hide: true},
}

// grantDocument adds what the statements of a policy document grant.
func (l *loader) grantDocument(f *Function, document *node) {
	for _, s := range l.evalItems(document.get("Statement")) {
		if effect, err := l.evalText(s.get("Effect")); err != nil || effect == "Deny" {
			continue
		}
		var all allowed
		for _, a := range l.evalItems(s.get("Action")) {
			all = all.and(actionAllows(a.text))
			f.call(calledBy(a.text))
		}
		for _, r := range l.evalItems(s.get("Resource")) {
			l.grant(f, r.text, all)
		}
	}
}

// actionAllows returns what an action allows, such as dynamodb:PutItem, sqs:* or
// *.
func actionAllows(action string) allowed {
	service, verb, ok := strings.Cut(strings.ToLower(action), ":")
	if !ok {
		verb = service
	}
	matches := func(of string, verbs ...string) bool {
		prefix, wild := strings.CutSuffix(verb, "*")
		return (service == of || action == "*") &&
			slices.ContainsFunc(verbs, func(v string) bool { return v == verb || wild && strings.HasPrefix(v, prefix) })
	}
	return allowed{
		read:  matches("dynamodb", "getitem", "batchgetitem", "query", "scan", "transactgetitems", "partiqlselect"),
		write: matches("dynamodb", "putitem", "updateitem", "deleteitem", "batchwriteitem", "transactwriteitems", "partiqlinsert", "partiqlupdate", "partiqldelete"),
		send:  matches("sqs", "sendmessage"),
		hide:  matches("sqs", "changemessagevisibility"),
	}
}

// grant adds what is allowed of the table or the queue with a name or an ARN, if
// it is of this template. The ARN of a table may go on, to an index.
func (l *loader) grant(f *Function, resource string, a allowed) {
	table, queue := resource, resource
	if parts := strings.SplitN(resource, ":", 6); len(parts) == 6 && parts[0] == "arn" {
		table, queue = "", ""
		switch parts[2] {
		case "dynamodb":
			table, _, _ = strings.Cut(strings.TrimPrefix(parts[5], "table/"), "/")
		case "sqs":
			queue = parts[5]
		}
	}
	for _, t := range l.t.Tables {
		if t.Name == table {
			f.grant(t.LogicalID, a)
		}
	}
	for _, q := range l.t.Queues {
		if q.Name == queue {
			f.grantQueue(q.LogicalID, a)
		}
	}
}

func (f *Function) grant(table string, a allowed) {
	if !a.read && !a.write {
		return
	}
	for i := range f.Grants {
		if g := &f.Grants[i]; g.Table == table {
			g.Read, g.Write = g.Read || a.read, g.Write || a.write
			return
		}
	}
	f.Grants = append(f.Grants, Grant{table, a.read, a.write})
}

func (f *Function) grantQueue(queue string, a allowed) {
	if !a.send && !a.hide {
		return
	}
	for i := range f.QueueGrants {
		if g := &f.QueueGrants[i]; g.Queue == queue {
			g.Send, g.Hide = g.Send || a.send, g.Hide || a.hide
			return
		}
	}
	f.QueueGrants = append(f.QueueGrants, QueueGrant{queue, a.send, a.hide})
}
