package dynamo

import (
	"lullaby/dynamo/plan"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/arn"
)

// SSEDescription is there for tables with a key of KMS.
type SSEDescription struct {
	Status          string // ENABLED, or UPDATING
	SSEType         string
	KMSMasterKeyArn string
}

// An encryption is what is kept of a key of KMS.
type encryption struct {
	KeyARN string
	Off    bool            `json:",omitzero"` // being turned off
	Due    instant.Instant `json:",omitzero"` // when UPDATING ends; zero: it has
}

// encrypt puts a change of the key under way, that ends when it is due.
func (d *description) encrypt(s *request.SSESpecification, scope arn.Scope, due instant.Instant) error {
	switch {
	case s == nil:
		return nil
	case d.SSE != nil && !d.SSE.Due.IsZero():
		return refusal.StillInUse("Table: %s is in the process of being updated.", d.plan.TableName)
	case !s.On() && d.SSE == nil:
		return refusal.InvalidValues("Table is already encrypted by default")
	case !s.On():
		d.SSE = &encryption{KeyARN: d.SSE.KeyARN, Off: true, Due: due}
		return nil
	case d.SSE != nil && is(s.KMSMasterKeyId, d.SSE.KeyARN):
		return refusal.InvalidValues("Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change Master Key")
	}
	d.SSE = &encryption{KeyARN: s.KeyARN(scope), Due: due}
	return nil
}

// settleKey ends a change of the key that is due at now, or says when it is.
func (d *description) settleKey(now instant.Instant) (changed bool, next instant.Instant) {
	switch {
	case d.SSE == nil || d.SSE.Due.IsZero():
		return false, 0
	case now.Before(d.SSE.Due):
		return false, d.SSE.Due
	case d.SSE.Off:
		d.SSE = nil
	default:
		d.SSE = &encryption{KeyARN: d.SSE.KeyARN}
	}
	return true, 0
}

// describe tells of the key; the nil encryption has nothing to tell.
func (c *encryption) describe() *SSEDescription {
	if c == nil {
		return nil
	}
	out := &SSEDescription{Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn: c.KeyARN}
	if !c.Due.IsZero() {
		out.Status = string(plan.StatusUpdating)
	}
	return out
}
