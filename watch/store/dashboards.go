package store

import (
	"context"
	"encoding/json"

	"lullaby/instant"
	"lullaby/watch/refusal"
	"lullaby/watch/request"
)

// A dashboard is what the disk has of one.
type dashboard struct {
	Body     string
	Modified instant.Instant
	Declared string `json:",omitzero"` // the body in the template; empty: it is of none
}

// A DashboardEntry describes a dashboard.
type DashboardEntry struct {
	DashboardName, DashboardArn string
	LastModified                request.Timestamp
	Size                        int64 // of the body, in bytes
}

// DashboardMessage is a note to the body of a dashboard.
type DashboardMessage struct{ DataPath, Message string }

// PutDashboardOutput is the output of PutDashboard.
type PutDashboardOutput struct{ DashboardValidationMessages []DashboardMessage }

// PutDashboard performs the operation of that name: it stores the body.
func (s *Store) PutDashboard(_ context.Context, now instant.Instant, in *request.PutDashboardInput) (*PutDashboardOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	var before dashboard
	if _, err := s.db.Get(alarmKey(dashboards, in.DashboardName), func(value []byte) error { return json.Unmarshal(value, &before) }); err != nil {
		return nil, err
	}
	text, err := json.Marshal(dashboard{in.DashboardBody, now, before.Declared})
	if err != nil {
		return nil, err
	}
	b := s.db.NewBatch()
	b.Set(alarmKey(dashboards, in.DashboardName), text)
	return &PutDashboardOutput{DashboardValidationMessages: []DashboardMessage{}}, b.Commit()
}

// GetDashboardOutput is the output of GetDashboard.
type GetDashboardOutput struct{ DashboardArn, DashboardBody, DashboardName string }

func (s *Store) dashboardARN(name string) string {
	return s.opts.Scope.Global("cloudwatch", "dashboard/"+name)
}

// GetDashboard performs the operation of that name.
func (s *Store) GetDashboard(_ context.Context, _ instant.Instant, in *request.DashboardInput) (*GetDashboardOutput, error) {
	var d dashboard
	found, err := s.db.Get(alarmKey(dashboards, in.DashboardName), func(value []byte) error { return json.Unmarshal(value, &d) })
	if err == nil && !found {
		err = noDashboard(in.DashboardName)
	}
	if err != nil {
		return nil, err
	}
	return &GetDashboardOutput{s.dashboardARN(in.DashboardName), d.Body, in.DashboardName}, nil
}

func noDashboard(name string) error {
	return refusal.Newf(refusal.DashboardNotFound, "Dashboard %s does not exist", name)
}

// DeleteDashboards performs the operation of that name: all, or none if one does not
// exist.
func (s *Store) DeleteDashboards(_ context.Context, _ instant.Instant, in *request.DeleteDashboardsInput) (*EmptyOutput, error) {
	b := s.db.NewBatch()
	b.UseReserve()
	for _, name := range in.DashboardNames {
		found, err := s.db.Get(alarmKey(dashboards, name), func([]byte) error { return nil })
		if err == nil && !found {
			err = noDashboard(name)
		}
		if err != nil {
			_ = b.Close() // nothing is lost
			return nil, err
		}
		b.Delete(alarmKey(dashboards, name))
	}
	return &EmptyOutput{}, b.Commit()
}

// ListDashboardsOutput is the output of ListDashboards, which has all on one page.
type ListDashboardsOutput struct {
	DashboardEntries []DashboardEntry
	NextToken        string `json:",omitzero"`
}

// ListDashboards performs the operation of that name.
func (s *Store) ListDashboards(_ context.Context, _ instant.Instant, in *request.ListDashboardsInput) (*ListDashboardsOutput, error) {
	out := &ListDashboardsOutput{DashboardEntries: []DashboardEntry{}}
	prefix := alarmKey(dashboards, in.DashboardNamePrefix)
	err := s.db.Scan(prefix, end(prefix), func(key, value []byte) (bool, error) {
		var d dashboard
		if err := json.Unmarshal(value, &d); err != nil {
			return false, err
		}
		name := string(key[2:])
		out.DashboardEntries = append(out.DashboardEntries, DashboardEntry{name, s.dashboardARN(name), request.Timestamp{Instant: d.Modified}, int64(len(d.Body))})
		return true, nil
	})
	return out, err
}
