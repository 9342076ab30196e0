package request

import (
	"encoding/base64"
	"strconv"
	"strings"

	"lullaby/attribute"
)

// The older messages print a request as Java prints its objects: a member that is
// not given is null (docs/aws/messages.md#printed-requests).

// maxPrinted bounds the bytes of a printed request. Assumed: AWS prints all of it.
const maxPrinted = 64 << 10

// A printer prints members of a request until its bound.
type printer struct{ text strings.Builder }

// add prints s, as far as there is room.
func (p *printer) add(s string) { p.text.WriteString(s[:min(len(s), maxPrinted-p.text.Len())]) }

// full reports whether the bound is reached; whoever prints many things then stops.
func (p *printer) full() bool { return p.text.Len() == maxPrinted }

// String returns what is printed, without half a character at its end.
func (p *printer) String() string { return strings.ToValidUTF8(p.text.String(), "") }

// object prints NAME(member=value, ...); members come as pairs of a name and a
// print.
func (p *printer) object(name string, members ...member) {
	p.add(name + "(")
	for i, m := range members {
		if i > 0 {
			p.add(", ")
		}
		p.add(m.name + "=")
		if m.print == nil {
			p.add("null")
		} else {
			m.print()
		}
	}
	p.add(")")
}

// A member of a printed object; a nil print prints null.
type member struct {
	name  string
	print func()
}

// optional returns the member of an optional string.
func (p *printer) optional(name string, s *string) member {
	if s == nil {
		return member{name: name}
	}
	return member{name, func() { p.add(*s) }}
}

// list prints n elements in square brackets.
func (p *printer) list(n int, element func(i int)) {
	p.add("[")
	for i := 0; i < n && !p.full(); i++ {
		if i > 0 {
			p.add(", ")
		}
		element(i)
	}
	p.add("]")
}

// item returns the member of an item or a key.
func (p *printer) item(name string, it attribute.Item) member {
	if it == nil {
		return member{name: name}
	}
	return member{name, func() { p.attributes(it) }}
}

func (p *printer) attributes(it attribute.Item) {
	p.add("{")
	for i, a := range it {
		if p.full() {
			break
		}
		if i > 0 {
			p.add(", ")
		}
		p.add(a.Name + "=")
		p.value(a.Value)
	}
	p.add("}")
}

// kinds are the members of AttributeValue in the order in which they are printed.
var kinds = []struct {
	name string
	kind attribute.Kind
}{
	{"s", attribute.S},
	{"n", attribute.N},
	{"b", attribute.B},
	{"iNT", attribute.Invalid},
	{"dECIMAL", attribute.Invalid},
	{"dOUBLE", attribute.Invalid},
	{"sS", attribute.SS},
	{"nS", attribute.NS},
	{"bS", attribute.BS},
	{"iNTSET", attribute.Invalid},
	{"dECIMALSET", attribute.Invalid},
	{"dOUBLESET", attribute.Invalid},
	{"m", attribute.M},
	{"l", attribute.L},
	{"nULL", attribute.NULL},
	{"bOOL", attribute.BOOL},
}

func (p *printer) value(v attribute.Value) {
	members := make([]member, len(kinds))
	for i, k := range kinds {
		members[i].name = k.name
		if k.kind == v.Kind() && k.kind != attribute.Invalid {
			members[i].print = func() { p.content(v) }
		}
	}
	p.object("AttributeValue", members...)
}

// content prints what is in a value.
func (p *printer) content(v attribute.Value) {
	switch v.Kind() {
	case attribute.S:
		p.add(v.Text())
	case attribute.N:
		p.add(v.Number().String())
	case attribute.B:
		p.add(base64.StdEncoding.EncodeToString([]byte(v.Text())))
	case attribute.BOOL:
		p.add(strconv.FormatBool(v.Truth()))
	case attribute.NULL:
		p.add("true")
	case attribute.M:
		p.attributes(v.Attrs())
	case attribute.L:
		p.list(len(v.Elems()), func(i int) { p.value(v.Elems()[i]) })
	case attribute.SS, attribute.NS, attribute.BS:
		p.list(len(v.Elems()), func(i int) { p.content(v.Elems()[i]) })
	case attribute.Invalid:
	}
}

// print returns the writes by table as the service prints them.
func (in *BatchWriteItemInput) print() string {
	var p printer
	p.add("{")
	for i, name := range in.Tables() {
		if p.full() {
			break
		}
		if i > 0 {
			p.add(", ")
		}
		p.add(name + "=")
		p.list(len(in.RequestItems[name]), func(i int) { p.write(&in.RequestItems[name][i]) })
	}
	p.add("}")
	return p.String()
}

func (p *printer) write(w *WriteRequest) {
	put, remove := member{name: "putRequest"}, member{name: "deleteRequest"}
	if w.PutRequest != nil {
		put.print = func() { p.object("PutRequest", p.item("item", w.PutRequest.Item), member{name: "workloadProfileName"}) }
	}
	if w.DeleteRequest != nil {
		remove.print = func() { p.object("DeleteRequest", p.item("key", w.DeleteRequest.Key)) }
	}
	p.object("WriteRequest", put, remove)
}

// print returns the actions as the service prints them. Assumed: the order of the
// members, which is that of the API model.
func (in *TransactWriteItemsInput) print() string {
	var p printer
	p.list(len(in.TransactItems), func(i int) { p.action(&in.TransactItems[i]) })
	return p.String()
}

func (p *printer) action(item *TransactWriteItem) {
	members := []member{{name: "conditionCheck"}, {name: "put"}, {name: "delete"}, {name: "update"}}
	if a := item.ConditionCheck; a != nil {
		members[0].print = func() {
			p.conditional("ConditionCheck", &a.ActionConditions, p.item("key", a.Key), p.optional("tableName", a.TableName))
		}
	}
	if a := item.Put; a != nil {
		members[1].print = func() {
			p.conditional("Put", &a.ActionConditions, p.item("item", a.Item), p.optional("tableName", a.TableName))
		}
	}
	if a := item.Delete; a != nil {
		members[2].print = func() {
			p.conditional("Delete", &a.ActionConditions, p.item("key", a.Key), p.optional("tableName", a.TableName))
		}
	}
	if a := item.Update; a != nil {
		members[3].print = func() {
			p.conditional("Update", &a.ActionConditions, p.item("key", a.Key), p.optional("updateExpression", a.UpdateExpression), p.optional("tableName", a.TableName))
		}
	}
	p.object("TransactWriteItem", members...)
}

// conditional prints an action: the members, then those of its condition.
func (p *printer) conditional(name string, c *ActionConditions, members ...member) {
	p.object(name, append(members, p.optional("conditionExpression", c.ConditionExpression), p.names(c.ExpressionAttributeNames),
		p.item("expressionAttributeValues", c.ExpressionAttributeValues),
		p.optional("returnValuesOnConditionCheckFailure", c.ReturnValuesOnConditionCheckFailure))...)
}

// names returns the member ExpressionAttributeNames.
func (p *printer) names(names map[string]string) member {
	m := member{name: "expressionAttributeNames"}
	if names != nil {
		m.print = func() {
			texts := make([]string, 0, len(names))
			for _, key := range sortedKeys(names) {
				texts = append(texts, key+"="+names[key])
			}
			p.add("{" + strings.Join(texts, ", ") + "}")
		}
	}
	return m
}

// print returns the reads as the service prints them.
func (in *TransactGetItemsInput) print() string {
	var p printer
	p.list(len(in.TransactItems), func(i int) {
		get := member{name: "get"}
		if g := in.TransactItems[i].Get; g != nil {
			get.print = func() {
				p.object("Get", p.item("key", g.Key), p.optional("tableName", g.TableName),
					p.optional("projectionExpression", g.ProjectionExpression), p.names(g.ExpressionAttributeNames))
			}
		}
		p.object("TransactGetItem", get)
	})
	return p.String()
}
