package template

// pseudoParameters returns the values that CloudFormation predefines ("Pseudo
// parameters reference"). AWS::NoValue is nil: it removes the property that has
// it.
func pseudoParameters(s stack) map[string]*node {
	return map[string]*node{
		"AWS::AccountId":        textNode(s.scope.Account, 1),
		"AWS::NoValue":          nil,
		"AWS::NotificationARNs": textList(nil, 1),
		"AWS::Partition":        textNode(s.scope.Partition, 1),
		"AWS::Region":           textNode(s.scope.Region, 1),
		"AWS::StackId":          textNode(s.id(), 1),
		"AWS::StackName":        textNode(s.name, 1),
		"AWS::URLSuffix":        textNode(s.scope.DNSSuffix(), 1),
	}
}
