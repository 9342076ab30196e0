package request

import (
	"encoding/json"
	"strings"

	"lullaby/watch/refusal"
)

// PutDashboardInput is the input of PutDashboard.
type PutDashboardInput struct {
	DashboardName, DashboardBody string
	Tags                         []Tag
}

// Check returns what AWS refuses of the input, nil if nothing. The body must be an object
// of JSON.
func (in *PutDashboardInput) Check() error {
	name := in.DashboardName
	if name == "" || len(name) > maxName || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
		return refusal.Newf(refusal.DashboardInvalid, "The value %s for field DashboardName contains invalid characters. "+
			"It can only contain alphanumerics, dash (-) and underscore (_).", name)
	}
	var body map[string]any
	if err := json.Unmarshal([]byte(in.DashboardBody), &body); err != nil || body == nil {
		return refusal.Newf(refusal.DashboardInvalid, "The field DashboardBody must be a valid JSON object")
	}
	return CheckTags(in.Tags)
}

// DashboardInput is the input of GetDashboard.
type DashboardInput struct{ DashboardName string }

// DeleteDashboardsInput is the input of DeleteDashboards.
type DeleteDashboardsInput struct{ DashboardNames []string }

// ListDashboardsInput is the input of ListDashboards.
type ListDashboardsInput struct{ DashboardNamePrefix, NextToken string }
