package request

// DescribeScalingActivitiesInput is the input of DescribeScalingActivities.
type DescribeScalingActivitiesInput struct {
	Filter
	Page
	IncludeNotScaledActivities *bool
}
