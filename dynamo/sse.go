package dynamo

import (
	"lullaby/dynamo/plan"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/arn"
)

// SSEDescription describes the encryption of a table with a KMS key.
type SSEDescription struct {
	Status          string // ENABLED, or UPDATING
	SSEType         string
	KMSMasterKeyArn string
}

// An encryption is the stored state of a KMS key.
type encryption struct {
	KeyARN string
	Off    bool            `json:",omitzero"` // being turned off
	Due    instant.Instant `json:",omitzero"` // when UPDATING ends; zero: not UPDATING
}

// encrypt starts a change of the key that ends at due; a nil s changes nothing.
// The error is a refusal.InUse or refusal.Validation.
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

// settleKey completes a change of the key if it is due at now; next is when it is
// due otherwise, zero if there is none.
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

// describe returns the description of the key, nil for the nil encryption.
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
