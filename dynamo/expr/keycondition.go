package expr

import "lullaby/attribute"

// A KeyCondition compares one key attribute with values. Operator is the
// comparison's name in the legacy parameters: EQ, LT, LE, GT, GE, BETWEEN,
// BEGINS_WITH.
type KeyCondition struct {
	Name     string
	Operator string
	Values   []attribute.Value
}

// KeyConditions splits the condition into comparisons that must all hold. The
// error is an *Error with the service's whole text.
func (c *Condition) KeyConditions() ([]KeyCondition, error) {
	var found []KeyCondition
	if err := c.root.keyConditions(&found); err != nil {
		return nil, err
	}
	return found, nil
}

var keyOperators = map[op]string{
	opEqual: "EQ", opLess: "LT", opLessEqual: "LE", opGreater: "GT", opGreaterEqual: "GE", opBetween: "BETWEEN", opCall: "BEGINS_WITH",
}

// mirrored maps an operator to the one for exchanged operands.
var mirrored = map[op]op{opEqual: opEqual, opLess: opGreater, opLessEqual: opGreaterEqual, opGreater: opLess, opGreaterEqual: opLessEqual}

func (n *node) keyConditions(found *[]KeyCondition) error {
	switch n.op {
	case opAnd:
		for _, a := range n.args {
			if err := a.keyConditions(found); err != nil {
				return err
			}
		}
		return nil
	case opOr, opNot, opIn, opNotEqual:
		return &Error{"Invalid operator used in KeyConditionExpression: " + n.op.String()}
	case opCall:
		if n.name != "begins_with" {
			return &Error{"Invalid operator used in KeyConditionExpression: " + n.name}
		}
		if n.args[0].op != opPath {
			return &Error{"Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand"}
		}
	case opBetween:
		if n.args[0].op != opPath {
			return &Error{"Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand"}
		}
	default:
	}
	return n.keyCondition(found)
}

// keyCondition reads n as a comparison of one attribute with values.
func (n *node) keyCondition(found *[]KeyCondition) error {
	k := KeyCondition{Operator: keyOperators[n.op]}
	for i, a := range n.args {
		switch a.op {
		case opPath:
			if k.Name != "" {
				return &Error{"Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"}
			}
			if len(a.path) > 1 {
				return &Error{"KeyConditionExpressions cannot have conditions on nested attributes"}
			}
			k.Name = a.path[0].Name
			if i == 1 {
				k.Operator = keyOperators[mirrored[n.op]]
			}
		case opValue:
			k.Values = append(k.Values, a.value)
		default:
			return &Error{"KeyConditionExpressions cannot contain nested operations"}
		}
	}
	if k.Name == "" {
		return &Error{"Invalid condition in KeyConditionExpression: No key attribute specified"}
	}
	for _, other := range *found {
		if other.Name == k.Name {
			return &Error{"Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key"}
		}
	}
	*found = append(*found, k)
	return nil
}
