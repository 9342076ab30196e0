package request

import (
	"slices"
	"strings"
)

// BareName returns the name in a table's ARN, or what is no ARN as it is.
func BareName(name string) string {
	if _, bare, found := strings.Cut(name, ":table/"); found && isARN(name) {
		return bare
	}
	return name
}

// TableNames returns the names of the tables of a request for items, each once,
// also where the request has an ARN.
func (w *Write) TableNames() []string { return tableNames(w.TableName) }

// TableNames is as Write's.
func (in *GetItemInput) TableNames() []string { return tableNames(in.TableName) }

// TableNames is as Write's.
func (s *Selection) TableNames() []string { return tableNames(s.TableName) }

// TableNames is as Write's.
func (in *BatchGetItemInput) TableNames() []string { return tablesOf(in.RequestItems) }

// TableNames is as Write's.
func (in *BatchWriteItemInput) TableNames() []string { return tablesOf(in.RequestItems) }

// TableNames is as Write's.
func (in *TransactGetItemsInput) TableNames() []string {
	names := make([]*string, 0, len(in.TransactItems))
	for _, item := range in.TransactItems {
		if item.Get != nil {
			names = append(names, item.Get.TableName)
		}
	}
	return tableNames(names...)
}

// TableNames is as Write's.
func (in *TransactWriteItemsInput) TableNames() []string {
	names := make([]*string, 0, len(in.TransactItems))
	for _, item := range in.TransactItems {
		switch {
		case item.ConditionCheck != nil:
			names = append(names, item.ConditionCheck.TableName)
		case item.Put != nil:
			names = append(names, item.Put.TableName)
		case item.Delete != nil:
			names = append(names, item.Delete.TableName)
		case item.Update != nil:
			names = append(names, item.Update.TableName)
		}
	}
	return tableNames(names...)
}

func tablesOf[V any](items map[string]V) []string {
	names := make([]*string, 0, len(items))
	for _, name := range sortedKeys(items) {
		names = append(names, &name)
	}
	return tableNames(names...)
}

func tableNames(given ...*string) []string {
	names := make([]string, 0, len(given))
	for _, name := range given {
		if name != nil && !slices.Contains(names, BareName(*name)) {
			names = append(names, BareName(*name))
		}
	}
	return names
}
