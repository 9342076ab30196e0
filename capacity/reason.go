package capacity

// Reason returns AWS's name of the limit that refused, such as
// TableWriteProvisionedThroughputExceeded (API Reference, "ThrottlingReason"),
// and the empty string for an admitted request.
func (v *Verdict) Reason() string {
	limits := [...]string{
		ProvisionedThroughput: "ProvisionedThroughputExceeded",
		KeyRangeThroughput:    "KeyRangeThroughputExceeded",
		AccountLimit:          "AccountLimitExceeded",
		MaxOnDemandThroughput: "MaxOnDemandThroughputExceeded",
	}
	if v.Admitted() {
		return ""
	}
	resource, direction := "Table", "Read"
	if v.Resource.Index {
		resource = "Index"
	}
	if v.Direction == Write {
		direction = "Write"
	}
	return resource + direction + limits[v.Limit]
}
