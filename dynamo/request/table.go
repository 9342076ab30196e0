package request

// DescribeTableInput is the request of DescribeTable.
type DescribeTableInput struct{ TableName *string }

// DescribeContinuousBackupsInput is the request of DescribeContinuousBackups.
type DescribeContinuousBackupsInput struct{ TableName *string }

// DescribeTimeToLiveInput is the request of DescribeTimeToLive.
type DescribeTimeToLiveInput struct{ TableName *string }

// DeleteTableInput is the request of DeleteTable.
type DeleteTableInput struct{ TableName *string }

// Check returns the first refusal of the request. The error is a
// refusal.Validation.
func (in *DescribeTableInput) Check() error { return checkNamed(in.TableName) }

// Check returns the first refusal of the request. The error is a
// refusal.Validation.
func (in *DescribeContinuousBackupsInput) Check() error { return checkNamed(in.TableName) }

// Check returns the first refusal of the request. The error is a
// refusal.Validation.
func (in *DescribeTimeToLiveInput) Check() error { return checkNamed(in.TableName) }

// Check returns the first refusal of the request. The error is a
// refusal.Validation.
func (in *DeleteTableInput) Check() error { return checkNamed(in.TableName) }

func checkNamed(table *string) error {
	if err := checkTable(table); err != nil {
		return err
	}
	var v violations
	v.tablePattern(table)
	return v.memberErr()
}

// ListTablesInput is the request of ListTables.
type ListTablesInput struct {
	ExclusiveStartTableName *string
	Limit                   *int32
}

// MaxTableNames bounds a page of ListTables (API_ListTables).
const MaxTableNames = 100

// Check returns the first refusal of the request. The error is a
// refusal.Validation.
func (in *ListTablesInput) Check() error {
	var v violations
	v.name(in.ExclusiveStartTableName, "exclusiveStartTableName")
	v.between(long(in.Limit), "limit", 1, MaxTableNames)
	return v.err()
}

// UpdateTimeToLiveInput is the request of UpdateTimeToLive.
type UpdateTimeToLiveInput struct {
	TableName               *string
	TimeToLiveSpecification *TimeToLiveSpecification
}

// TimeToLiveSpecification enables or disables expiry of items by an attribute.
type TimeToLiveSpecification struct {
	Enabled       *bool   `json:",omitzero"`
	AttributeName *string `json:",omitzero"`
}

// maxTTLName bounds the name of the attribute (API_TimeToLiveSpecification).
const maxTTLName = 255

// Check returns the first refusal of the request. The error is a
// refusal.Validation.
func (in *UpdateTimeToLiveInput) Check() error {
	if err := checkTable(in.TableName); err != nil {
		return err
	}
	var v violations
	v.tablePattern(in.TableName)
	v.timeToLive(in.TimeToLiveSpecification)
	return v.memberErr()
}

// Check returns the first refusal of the parameter. The error is a *MemberError
// of a refusal.Validation.
func (s *TimeToLiveSpecification) Check() error {
	var v violations
	v.timeToLive(s)
	return v.memberErr()
}

func (v *violations) timeToLive(s *TimeToLiveSpecification) {
	const path = "timeToLiveSpecification"
	if !v.notNull(s != nil, path) {
		return
	}
	v.notNull(s.Enabled != nil, path+".enabled")
	if v.notNull(s.AttributeName != nil, path+".attributeName") {
		v.length(s.AttributeName, path+".attributeName", 1, maxTTLName)
	}
}
