package dynamo

import (
	"maps"

	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// Tag is a label of a table.
type Tag struct{ Key, Value string }

// tagged returns a copy of tags with the tags of a checked request.
func tagged(tags map[string]string, given []request.Tag) map[string]string {
	all := maps.Clone(tags)
	if all == nil && len(given) > 0 {
		all = make(map[string]string, len(given))
	}
	for _, tag := range given {
		all[*tag.Key] = *tag.Value
	}
	return all
}

// retag changes the tags of a table. unknown is the text of the refusal.NotFound
// if it does not exist. retag locks ddl. The error is also that of change, a
// refusal.LimitExceeded soon after another change, or of storage.
func (e *Engine) retag(now instant.Instant, table, unknown string, change func(tags map[string]string) (map[string]string, error)) error {
	e.ddl.Lock()
	defer e.ddl.Unlock()
	t, err := e.known(now, table)
	if err != nil || t.gone.Load() != 0 {
		return refusal.New(refusal.NotFound, unknown)
	}
	if !e.rules.Unlimited && !t.tagged.IsZero() && now.Before(t.tagged.Add(e.rules.Durations.Tagging)) {
		return refusal.OverLimit("Table tags are being updated: %s", t.name)
	}
	d := t.desc.Load().clone()
	if d.Tags, err = change(d.Tags); err != nil {
		return err
	}
	if err := e.replace(t, d, nil, now); err != nil {
		return err
	}
	t.tagged = now
	return nil
}

// unknownResource returns the text for an ARN of no table, in AWS's spelling.
func unknownResource(resource string) string {
	return "Requested resource not found: ResourcArn: " + resource + " not found"
}
