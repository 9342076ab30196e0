package dynamo

import (
	"strings"

	"lullaby/dynamo/plan"
	"lullaby/dynamo/refusal"
	"lullaby/instant"
	"lullaby/internal/arn"
)

// SSESpecification asks for encryption with a key of KMS; without one, AWS
// encrypts with a key of its own. Nothing is encrypted here: it is described.
type SSESpecification struct {
	Enabled        *bool
	SSEType        *string
	KMSMasterKeyId *string
}

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

// defaultKey stands for the id of the account's key for DynamoDB. Assumed: any
// id will do; AWS's is random.
const defaultKey = "11111111-2222-3333-4444-555555555555"

// check checks what needs no table (the texts from the same place).
func (s *SSESpecification) check() error {
	if s == nil {
		return nil
	}
	off := s.Enabled != nil && !*s.Enabled
	switch {
	case off && s.SSEType != nil:
		return badIndex("SSEType can not be specified if Enabled is false")
	case off && s.KMSMasterKeyId != nil:
		return badIndex("KMSMasterKeyId can not be specified if Enabled is false")
	case is(s.SSEType, "AES256"):
		return badIndex("SSEType AES256 is not supported")
	case s.KMSMasterKeyId != nil && s.SSEType == nil:
		return badIndex("SSEType KMS is required if KMSMasterKeyId is specified")
	}
	return nil
}

// on reports whether a key of KMS is asked for.
func (s *SSESpecification) on() bool {
	return s != nil && (s.Enabled != nil && *s.Enabled || s.Enabled == nil && s.SSEType != nil)
}

// keyARN returns the ARN of the key that is asked for, by an ARN or by the id of
// a key in scope.
func (s *SSESpecification) keyARN(scope arn.Scope) string {
	id := defaultKey
	if s.KMSMasterKeyId != nil {
		id = *s.KMSMasterKeyId
	}
	if strings.HasPrefix(id, arnPrefix) {
		return id
	}
	return scope.ARN("kms", "key/"+id)
}

// encrypt puts a change of the key under way, that ends when it is due.
func (d *description) encrypt(s *SSESpecification, scope arn.Scope, due instant.Instant) error {
	switch {
	case s == nil:
		return nil
	case d.SSE != nil && !d.SSE.Due.IsZero():
		return refusal.StillInUse("Table: %s is in the process of being updated.", d.plan.TableName)
	case !s.on() && d.SSE == nil:
		return badIndex("Table is already encrypted by default")
	case !s.on():
		d.SSE = &encryption{KeyARN: d.SSE.KeyARN, Off: true, Due: due}
		return nil
	case d.SSE != nil && is(s.KMSMasterKeyId, d.SSE.KeyARN):
		return badIndex("Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change Master Key")
	}
	d.SSE = &encryption{KeyARN: s.keyARN(scope), Due: due}
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
	told := &SSEDescription{Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn: c.KeyARN}
	if !c.Due.IsZero() {
		told.Status = string(plan.StatusUpdating)
	}
	return told
}
