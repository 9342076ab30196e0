package mapping

import (
	"bytes"
	"encoding/json"
)

// Failures returns which messages of a batch a function has failed to process, by
// its answer, under ReportBatchItemFailures. ids are the batch's message ids. Of an
// answer that is no report, all have failed (docs/aws/mapping.md#reports). An
// invocation that ended with an error has no answer: all have failed.
//
// The result is a list of positions in ids, in ascending order; all is set if it
// has them all.
func Failures(answer []byte, ids []string) (failed []int, all bool) {
	reported, ok := report(answer)
	if !ok {
		return whole(ids)
	}
	if len(reported) == 0 {
		return nil, false
	}
	at := make(map[string]int, len(ids))
	for i, id := range ids {
		at[id] = i
	}
	marked := make([]bool, len(ids))
	for _, id := range reported {
		i, known := at[id]
		if !known {
			return whole(ids)
		}
		marked[i] = true
	}
	for i, m := range marked {
		if m {
			failed = append(failed, i)
		}
	}
	return failed, len(failed) == len(ids)
}

func whole(ids []string) (failed []int, all bool) {
	failed = make([]int, len(ids))
	for i := range failed {
		failed[i] = i
	}
	return failed, true
}

// report returns the identifiers that an answer reports. ok is false if it is no
// report. Assumed: an answer of another JSON type than an object is none, nor is a
// list with an element that is no object, and AWS ignores other members.
func report(answer []byte) (ids []string, ok bool) {
	if answer = bytes.TrimSpace(answer); len(answer) == 0 || bytes.Equal(answer, []byte("null")) {
		return nil, true
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(answer, &object); err != nil {
		return nil, false
	}
	var entries []map[string]json.RawMessage
	if list, has := object["batchItemFailures"]; has {
		if err := json.Unmarshal(list, &entries); err != nil {
			return nil, false
		}
	}
	for _, e := range entries {
		var id string
		if err := json.Unmarshal(e["itemIdentifier"], &id); err != nil || id == "" {
			return nil, false
		}
		ids = append(ids, id)
	}
	return ids, true
}
