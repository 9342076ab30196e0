package autoscale

import (
	"maps"

	"lullaby/autoscale/refusal"
	"lullaby/autoscale/request"
)

func (t *target) tag(tags map[string]string) {
	if len(tags) == 0 {
		return
	}
	all := maps.Clone(t.Tags) // who has the target's description keeps it
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, tags)
	t.Tags = all
}

// tagged returns the target with an ARN. The error is a refusal.ResourceNotFound.
func (s *Scaler) tagged(arn string) (*target, error) {
	for _, t := range s.targets {
		if t.ARN == arn {
			return t, nil
		}
	}
	return nil, refusal.OfTags(refusal.ResourceNotFound, arn, "The specified resource doesn't exist.")
}

// Tag adds tags to a target, or changes them. The error is a refusal.
func (s *Scaler) Tag(in *request.TagResourceInput) (e Effects, err error) {
	if err := in.Check(); err != nil {
		return e, err
	}
	t, err := s.tagged(*in.ResourceARN)
	if err != nil {
		return e, err
	}
	all := maps.Clone(in.Tags)
	for key, value := range t.Tags {
		if _, given := all[key]; !given {
			all[key] = value
		}
	}
	if err := request.CheckTags(all, t.ARN); err != nil {
		return e, err
	}
	t.tag(in.Tags)
	e.changed(t)
	return e, nil
}

// Untag removes tags of a target. The error is a refusal.
func (s *Scaler) Untag(in *request.UntagResourceInput) (e Effects, err error) {
	if err := in.Check(); err != nil {
		return e, err
	}
	t, err := s.tagged(*in.ResourceARN)
	if err != nil {
		return e, err
	}
	t.Tags = maps.Clone(t.Tags)
	for _, key := range in.TagKeys {
		delete(t.Tags, key)
	}
	e.changed(t)
	return e, nil
}

// Tags returns the tags of a target. The error is a refusal.
func (s *Scaler) Tags(in *request.ListTagsForResourceInput) (map[string]string, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	t, err := s.tagged(*in.ResourceARN)
	if err != nil {
		return nil, err
	}
	return maps.Clone(t.Tags), nil
}
