package template

import (
	"path/filepath"
	"strings"
)

// includes replaces Fn::Transform of AWS::Include with the file that it names,
// if that is on this machine (docs/aws/templates.md#includes). Others stay, and
// are an error where they are read. What is included has the line of the call.
func (l *loader) includes(n *node, depth int) *node {
	if n == nil || depth > maxDepth {
		return n
	}
	if n.kind == call && n.text == "Fn::Transform" {
		if file := l.included(n.arg, n.line, depth); file != nil {
			return file
		}
		return n
	}
	for i, item := range n.items {
		n.items[i] = l.includes(item, depth+1)
	}
	n.arg = l.includes(n.arg, depth+1)
	own := n.fields
	n.fields = nil
	for _, f := range own {
		if f.key == "Fn::Transform" {
			if file := l.included(f.value, f.line, depth); file != nil {
				n.fields = append(n.fields, file.fields...)
				continue
			}
		}
		n.fields = append(n.fields, field{f.key, f.line, l.includes(f.value, depth+1)})
	}
	return n
}

// included returns the content of the file in {Name: AWS::Include, Parameters:
// {Location: path}}, nil if it is not on this machine. After an error it is
// empty.
func (l *loader) included(arg *node, line, depth int) *node {
	location := arg.get("Parameters").get("Location")
	name := arg.get("Name")
	if name == nil || name.text != "AWS::Include" || location == nil || location.kind != scalar || strings.Contains(location.text, "://") {
		return nil
	}
	text, err := readTemplate(l.besideTemplate(location.text))
	if err != nil {
		l.add(l.errorf(line, "AWS::Include: %s is not there, as seen from the template's folder", quote(filepath.ToSlash(location.text))))
		return &node{kind: mapping, line: line}
	}
	file, _, err := parse(location.text, text)
	if err != nil {
		l.add(l.errorf(line, "AWS::Include: %v", err))
		return &node{kind: mapping, line: line}
	}
	return l.includes(file.allAt(line), depth+1)
}

// allAt moves n and all below it to a line.
func (n *node) allAt(line int) *node {
	if n == nil {
		return nil
	}
	n.line = line
	n.arg.allAt(line)
	for _, item := range n.items {
		item.allAt(line)
	}
	for i := range n.fields {
		n.fields[i].line = line
		n.fields[i].value.allAt(line)
	}
	return n
}
