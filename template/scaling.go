package template

import (
	"slices"
	"strings"
)

// autoscaling is what a table lacks whose capacity Application Auto Scaling
// would change.
const autoscaling = "autoscaling"

// scalableTargetID returns the identifier of a scalable target:
// resource|dimension|service.
func scalableTargetID(e *evaluator, r *resource) (string, error) {
	in := e.reader(r.id+": ", r.line, r.properties)
	parts := []string{in.text("ResourceId", ""), in.text("ScalableDimension", ""), in.text("ServiceNamespace", "")}
	return strings.Join(parts, "|"), *in.err
}

// linkScalableTarget notes that the table of a target lacks its autoscaling. Of
// another service than DynamoDB it notes the target itself.
func (l *loader) linkScalableTarget(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	name, isTable := strings.CutPrefix(in.text("ResourceId", ""), "table/")
	name, _, _ = strings.Cut(name, "/") // table/T/index/I
	i := slices.IndexFunc(l.t.Tables, func(t *Table) bool { return t.Name == name })
	if !isTable || i < 0 {
		l.omit(r.line, r.id, "type "+typeScalableTarget)
		return *in.err
	}
	l.omit(r.line, l.t.Tables[i].LogicalID, autoscaling)
	return *in.err
}
