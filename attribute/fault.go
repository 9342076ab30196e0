package attribute

import (
	"encoding/base64"
	"slices"
	"strings"
)

// A fault is the reason for which DynamoDB refuses a value. The zero fault is
// none.
type fault uint8

const (
	noFault      fault = iota
	faultNone          // a value without a type
	faultSeveral       // a value with several types
	faultNull          // {"NULL": false}
	faultEmptySS       // a set without members
	faultEmptyNS
	faultEmptyBS
	faultSameSS // a set with two equal members
	faultSameNS
	faultSameBS
	faultNotNumeric  // a text that is no number
	faultOverflow    // a number that is too large
	faultFarOverflow // the same, with an exponent beyond Java's int
	faultUnderflow   // a number that is too close to zero
	faultDigits      // a number with too many digits
	faultNesting     // a value that is too deep
	faultDeepNesting // the same, beyond DeepNesting
	faultEmptyName   // an attribute without a name
	faultLongName    // an attribute with a name that is too long
)

// A Wording is one of two generations of DynamoDB's texts. Which one an operation
// speaks is for the operation to say (docs/aws/messages.md#layers).
type Wording uint8

// The wordings.
const (
	Newer Wording = iota
	Older
)

// texts are the texts of the faults that are the same in both wordings and have no
// details (docs/aws/messages.md#values).
var texts = map[fault]string{
	faultNone:        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
	faultSeveral:     "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
	faultNull:        invalidValues + "Null attribute value types must have the value of true",
	faultEmptySS:     invalidValues + "An string set  may not be empty",
	faultEmptyNS:     invalidValues + "An number set  may not be empty",
	faultEmptyBS:     invalidValues + "Binary sets should not be empty",
	faultOverflow:    overflow,
	faultFarOverflow: overflow,
	faultUnderflow:   underflow,
	faultDigits:      "Attempting to store more than 38 significant digits in a Number",
	faultNesting:     nesting,
	faultDeepNesting: nesting,
	faultEmptyName:   "Empty attribute name",
	faultLongName:    "Attribute name is too large, must be less than 65536 bytes",
}

const (
	invalidValues = "One or more parameter values were invalid: "
	overflow      = "Number overflow. Attempting to store a number with magnitude larger than supported range"
	underflow     = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
	nesting       = "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
	notNumeric    = "The parameter cannot be converted to a numeric value"
)

// An InvalidError is DynamoDB's refusal of a value.
type InvalidError struct {
	fault fault
	text  string  // the number that is none
	elems []Value // the members of the set, in the order of the request
}

// err returns the refusal of a number, whose text is given; nil for no fault.
func (f fault) err(text string) error {
	if f == noFault {
		return nil
	}
	return &InvalidError{fault: f, text: text}
}

// Error returns the newer text.
func (e *InvalidError) Error() string { return e.In(Newer) }

// In returns the text in a wording, to the letter.
func (e *InvalidError) In(w Wording) string {
	switch {
	case e.fault == faultSameSS && w == Newer:
		return invalidValues + "Input collection [" + strings.Join(quoted(inserted(e.elems)), ", ") + "] contains duplicates."
	case e.fault == faultSameSS:
		return invalidValues + "Input collection [" + strings.Join(printed(e.elems), ", ") + "] contains duplicates."
	case e.fault == faultSameBS && w == Newer:
		return invalidValues + "Input collection [" + strings.Join(quoted(inserted(e.elems)), ",") + "]of type BS contains duplicates."
	case e.fault == faultSameBS:
		return invalidValues + "Input collection [" + strings.Join(printed(e.elems), ", ") + "]of type BS contains duplicates."
	case e.fault == faultSameNS && w == Newer:
		return invalidValues + "Input collection contains duplicates."
	case e.fault == faultSameNS:
		return "Input collection contains duplicates"
	case e.fault == faultNotNumeric && w == Older && e.text == "":
		return notNumeric
	case e.fault == faultNotNumeric:
		return notNumeric + ": " + e.text
	case e.fault == faultFarOverflow && w == Older:
		return underflow
	}
	return texts[e.fault]
}

// inserted returns the members of a set with duplicates as the newer text has
// them: sorted up to the first repeated one, and from there as they were given.
func inserted(elems []Value) []Value {
	seen := make(map[string]bool, len(elems))
	repeat := slices.IndexFunc(elems, func(e Value) bool {
		repeated := seen[e.text]
		seen[e.text] = true
		return repeated
	})
	elems = slices.Clone(elems)
	slices.SortFunc(elems[:repeat], func(a, b Value) int { return strings.Compare(a.text, b.text) })
	return elems
}

// printed returns the texts of the members of an SS or BS.
func printed(elems []Value) []string {
	texts := make([]string, len(elems))
	for i, e := range elems {
		texts[i] = e.text
		if e.kind == B {
			texts[i] = base64.StdEncoding.EncodeToString([]byte(e.text))
		}
	}
	return texts
}

// quoted returns the texts of the members of an SS or BS in quotation marks.
func quoted(elems []Value) []string {
	texts := printed(elems)
	for i, text := range texts {
		texts[i] = `"` + text + `"`
	}
	return texts
}
