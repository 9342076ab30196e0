package capacity

// Reason returns AWS's name for what refused, such as
// TableWriteProvisionedThroughputExceeded (API Reference, "ThrottlingReason"),
// and the empty string for a request that was let in.
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
