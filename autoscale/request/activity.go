package request

// DescribeScalingActivitiesInput is the input of DescribeScalingActivities.
type DescribeScalingActivitiesInput struct {
	Filter
	Page
	IncludeNotScaledActivities *bool
}

// Check returns what AWS refuses of the input, nil if nothing.
func (in *DescribeScalingActivitiesInput) Check() error {
	var v violations
	in.constrain(&v)
	return firstOf(v.err(), checkList(&in.Filter, &in.Page))
}
