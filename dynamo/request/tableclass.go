package request

import (
	"strings"

	"lullaby/dynamo/refusal"
)

// The table classes.
const (
	Standard                 = "STANDARD"
	StandardInfrequentAccess = "STANDARD_INFREQUENT_ACCESS"
)

// TableClasses are in the order in which AWS prints them.
var TableClasses = []string{Standard, StandardInfrequentAccess}

func checkClass(class *string) error {
	if class == nil || *class == Standard || *class == StandardInfrequentAccess {
		return nil
	}
	return about([]string{"TableClass"}, refusal.Invalid(
		"Invalid table-class parameter provided. Please try again with a valid table-class value: ["+strings.Join(TableClasses, ", ")+"]."))
}
