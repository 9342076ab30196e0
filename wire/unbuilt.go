package wire

// apiOperations are all of DynamoDB's (API reference, "Amazon DynamoDB"). Those
// that are not in operations are refused by name.
var apiOperations = map[string]bool{
	"BatchExecuteStatement":               true,
	"BatchGetItem":                        true,
	"BatchWriteItem":                      true,
	"CancelBulkOperation":                 true,
	"CreateBackup":                        true,
	"CreateGlobalTable":                   true,
	"CreateTable":                         true,
	"DeleteBackup":                        true,
	"DeleteItem":                          true,
	"DeleteResourcePolicy":                true,
	"DeleteTable":                         true,
	"DescribeBackup":                      true,
	"DescribeBulkOperation":               true,
	"DescribeContinuousBackups":           true,
	"DescribeContributorInsights":         true,
	"DescribeEndpoints":                   true,
	"DescribeExport":                      true,
	"DescribeGlobalTable":                 true,
	"DescribeGlobalTableSettings":         true,
	"DescribeImport":                      true,
	"DescribeKinesisStreamingDestination": true,
	"DescribeLimits":                      true,
	"DescribeTable":                       true,
	"DescribeTableReplicaAutoScaling":     true,
	"DescribeTimeToLive":                  true,
	"DisableKinesisStreamingDestination":  true,
	"EnableKinesisStreamingDestination":   true,
	"ExecuteStatement":                    true,
	"ExecuteTransaction":                  true,
	"ExportTableToPointInTime":            true,
	"GetItem":                             true,
	"GetResourcePolicy":                   true,
	"ImportTable":                         true,
	"ListBackups":                         true,
	"ListBulkOperations":                  true,
	"ListContributorInsights":             true,
	"ListExports":                         true,
	"ListGlobalTables":                    true,
	"ListImports":                         true,
	"ListTables":                          true,
	"ListTagsOfResource":                  true,
	"PutItem":                             true,
	"PutResourcePolicy":                   true,
	"Query":                               true,
	"RestoreTableFromBackup":              true,
	"RestoreTableToPointInTime":           true,
	"Scan":                                true,
	"SearchVectors":                       true,
	"StartBulkPutItems":                   true,
	"TagResource":                         true,
	"TransactGetItems":                    true,
	"TransactWriteItems":                  true,
	"UntagResource":                       true,
	"UpdateContinuousBackups":             true,
	"UpdateContributorInsights":           true,
	"UpdateGlobalTable":                   true,
	"UpdateGlobalTableSettings":           true,
	"UpdateItem":                          true,
	"UpdateKinesisStreamingDestination":   true,
	"UpdateTable":                         true,
	"UpdateTableReplicaAutoScaling":       true,
	"UpdateTimeToLive":                    true,
}

// An unbuiltError refuses an operation that DynamoDB has and Lullaby has not.
type unbuiltError struct{ operation string }

func (e *unbuiltError) Error() string {
	return e.operation + " is an operation of DynamoDB that Lullaby does not have"
}

// unknown refuses an operation that is not in operations.
func unknown(name string, ours bool) error {
	if ours && operations[name] == nil && apiOperations[name] {
		return &unbuiltError{name}
	}
	return errUnknownOperation
}
