package template

// Connectors of SAM's: what a function may do with a table or a
// queue, written as a
// resource or as an attribute of the function
// (docs/aws/templates.md#connectors).

func connector() *resourceType {
	return &resourceType{
		properties: properties{honoured: "Source Destination Permissions"},
		link: func(l *loader, r *resource) error {
			for _, source := range l.evalItems(r.properties.get("Source")) {
				l.connect(l.resources[l.textOf(source.get("Id"))], r.properties)
			}
			return nil
		},
	}
}

// linkConnectors adds the grants of the connectors that are attributes of a
// function.
func (l *loader) linkConnectors(r *resource) {
	for _, c := range r.connectors.entries() {
		l.connect(r, c.value.get("Properties"))
	}
}

// connect adds what a connector grants to a function, if source is one.
func (l *loader) connect(source *resource, properties *node) {
	if source == nil {
		return
	}
	f := l.functionOf(source)
	if f == nil {
		return
	}
	var a allowed
	for _, p := range l.evalItems(properties.get("Permissions")) {
		switch p.text {
		case "Read":
			a.read = true
		case "Write":
			a.write, a.send, a.hide = true, true, true
		}
	}
	for _, to := range l.evalItems(properties.get("Destination")) {
		id := l.textOf(to.get("Id"))
		f.call(connectedServices[l.typeOf(to)])
		for _, t := range l.t.Tables {
			if t.LogicalID == id {
				f.grant(id, a)
			}
		}
		for _, q := range l.t.Queues {
			if q.LogicalID == id {
				f.grantQueue(id, a)
			}
		}
	}
}

// typeOf returns the type of an end of a connector: that of the resource with its Id, or
// its Type.
func (l *loader) typeOf(end *node) string {
	if r := l.resources[l.textOf(end.get("Id"))]; r != nil {
		return r.typ
	}
	return l.textOf(end.get("Type"))
}
