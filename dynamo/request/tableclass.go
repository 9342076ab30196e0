package request

import (
	"slices"
	"strings"

	"lullaby/dynamo/refusal"
)

// TableClasses are in the order in which AWS prints them.
var TableClasses = []string{"STANDARD", "STANDARD_INFREQUENT_ACCESS"}

func checkClass(class *string) error {
	if class == nil || slices.Contains(TableClasses, *class) {
		return nil
	}
	return about([]string{"TableClass"}, refusal.Invalid(
		"Invalid table-class parameter provided. Please try again with a valid table-class value: ["+strings.Join(TableClasses, ", ")+"]."))
}
