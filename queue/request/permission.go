package request

// AddPermissionInput is the request of AddPermission.
type AddPermissionInput struct {
	QueueUrl      string
	Label         string
	AWSAccountIds []string `query:"AWSAccountId"`
	Actions       []string `query:"ActionName"`
}

// RemovePermissionInput is the request of RemovePermission.
type RemovePermissionInput struct {
	QueueUrl string
	Label    string
}
