package expr

import "lullaby/attribute"

// What a clause of an update counts besides what it names and writes, in bytes.
// They were measured on AWS (docs/aws/units.md#update-sizes). UpdateSize counts
// once.
const (
	UpdateSize  = 3  // of the expression as a whole
	writeSize   = 19 // SET and ADD
	dropSize    = 1  // REMOVE and DELETE
	stepSize    = 4  // of a target, each step after the first name
	operandSize = 1  // of a path that is read
	readSize    = 14 // and of each of its steps
)

var operationSizes = [...]int64{sourcePlus: 34, sourceMinus: 37, sourceIfNotExists: 39, sourceListAppend: 37}

// Size returns how much the update writes, in the bytes by which DynamoDB bounds
// it whatever the item is.
func (u *Update) Size() int64 {
	n := int64(UpdateSize)
	for i := range u.actions {
		n += u.actions[i].size()
	}
	return n
}

func (a *action) size() int64 {
	switch a.verb {
	case verbSet:
		return writeSize + a.path.targetSize() + a.value.size()
	case verbAdd:
		return SizeOfWrite(a.path, a.delta)
	default:
		return SizeOfRemoval(a.path)
	}
}

// SizeOfWrite returns what an action that writes v at a path adds to the size of
// its update, in bytes.
func SizeOfWrite(p Path, v attribute.Value) int64 { return writeSize + p.targetSize() + v.Size() }

// SizeOfRemoval returns what a REMOVE or DELETE at a path adds, in bytes.
func SizeOfRemoval(p Path) int64 { return dropSize + p.targetSize() }

// targetSize counts a path that is written. Assumed: a position in a list has no
// length.
func (p Path) targetSize() int64 {
	n := int64(-stepSize) // the first name counts alone
	for _, s := range p {
		n += stepSize + int64(len(s.Name))
	}
	return n
}

// size counts the right side of a SET.
func (s *source) size() int64 {
	switch s.op {
	case sourceValue:
		return s.value.Size()
	case sourcePath:
		n := int64(operandSize)
		for _, step := range s.path {
			n += readSize + int64(len(step.Name))
		}
		return n
	default:
		n := operationSizes[s.op]
		for _, a := range s.args {
			n += a.size()
		}
		return n
	}
}
