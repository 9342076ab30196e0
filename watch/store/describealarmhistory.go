package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"

	"lullaby/instant"
	"lullaby/watch/request"
)

// DescribeAlarmHistoryOutput is the output of DescribeAlarmHistory.
type DescribeAlarmHistoryOutput struct {
	AlarmHistoryItems []HistoryItem
	NextToken         string `json:",omitzero"`
}

// DescribeAlarmHistory performs the operation of that name, the newest entry first
// unless it is told otherwise. Without types it has metric alarms alone.
func (s *Store) DescribeAlarmHistory(_ context.Context, _ instant.Instant, in *request.DescribeAlarmHistoryInput) (*DescribeAlarmHistoryOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	last, err := parseToken(in.NextToken)
	if err != nil {
		return nil, err
	}
	lower, upper := alarmKey(histories, ""), end(alarmKey(histories, ""))
	if in.StartDate != nil {
		lower = instantKey(alarmKey(histories, ""), in.StartDate.Instant)
	}
	if in.EndDate != nil {
		upper = instantKey(alarmKey(histories, ""), in.EndDate.Instant)
	}
	scan := s.db.ScanBackward
	switch {
	case in.ScanBy == "TimestampAscending":
		scan = s.db.Scan
		if last != "" {
			lower = append([]byte(last), 0)
		}
	case last != "":
		upper = []byte(last)
	}
	out := &DescribeAlarmHistoryOutput{AlarmHistoryItems: []HistoryItem{}}
	err = scan(lower, upper, func(key, value []byte) (bool, error) {
		var item HistoryItem
		if err := json.Unmarshal(value, &item); err != nil {
			return false, err
		}
		if !recorded(in, &item) {
			return true, nil
		}
		if len(out.AlarmHistoryItems) == request.Records(in.MaxRecords) {
			out.NextToken = base64.URLEncoding.EncodeToString([]byte(last))
			return false, nil
		}
		last = string(key)
		out.AlarmHistoryItems = append(out.AlarmHistoryItems, item)
		return true, nil
	})
	return out, err
}

// recorded reports whether a request asks for an entry.
func recorded(in *request.DescribeAlarmHistoryInput, item *HistoryItem) bool {
	types := in.AlarmTypes
	if len(types) == 0 {
		types = []string{metricType}
	}
	return (in.AlarmName == "" || in.AlarmName == item.AlarmName) && (in.HistoryItemType == "" || in.HistoryItemType == item.HistoryItemType) &&
		slices.Contains(types, item.AlarmType)
}
