package template

import "lullaby/watch/request"

const typeDashboard = "AWS::CloudWatch::Dashboard"

func dashboard() *resourceType {
	return &resourceType{
		properties: properties{honoured: "DashboardBody DashboardName"},
		ref:        named("DashboardName", maxName),
		read:       (*loader).readDashboard,
	}
}

// readDashboard reads a dashboard, of which CloudWatch keeps the body.
func (l *loader) readDashboard(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	in.needed("DashboardBody")
	d := &Dashboard{Source: in.source(r.line, map[string]string{"Name": "DashboardName", "Body": "DashboardBody"}), LogicalID: r.id}
	d.Name, d.Body = l.nameOf(r, in), in.text("DashboardBody", "")
	if err := d.PutDashboard().Check(); err != nil {
		at := "Body"
		if (&request.PutDashboardInput{DashboardName: d.Name, DashboardBody: "{}"}).Check() != nil {
			at = "Name"
		}
		in.fail(d.Pos(at).Line, "%s%v", in.label, err)
	}
	l.t.Dashboards = append(l.t.Dashboards, d)
	return *in.err
}

// PutDashboard returns the request that makes the dashboard as CloudFormation would.
func (d *Dashboard) PutDashboard() *request.PutDashboardInput {
	return &request.PutDashboardInput{DashboardName: d.Name, DashboardBody: d.Body}
}
