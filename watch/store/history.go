package store

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	"lullaby/instant"
	"lullaby/storage"
	"lullaby/watch"
	"lullaby/watch/request"
)

// A HistoryItem is one entry of the history of an alarm, by AWS's names.
type HistoryItem struct {
	AlarmName       string
	AlarmType       string // MetricAlarm or CompositeAlarm
	Timestamp       request.Timestamp
	HistoryItemType string
	HistorySummary  string
	HistoryData     string
}

// The types of entries.
const (
	configurationUpdate = "ConfigurationUpdate"
	stateUpdated        = "StateUpdate"
	actionDone          = "Action"
)

// remember adds an entry to the history, of which s.alarms is held.
func (s *Store) remember(b *storage.Batch, at instant.Instant, item HistoryItem) error {
	text, err := json.Marshal(item)
	if err != nil {
		return err
	}
	b.Set(binary.BigEndian.AppendUint64(instantKey(alarmKey(histories, ""), at), s.alarms.history), text)
	s.alarms.history++
	return nil
}

// forget drops the history that is too old.
func (s *Store) forget(now instant.Instant) error {
	b := s.db.NewBatch()
	b.UseReserve()
	prefix := alarmKey(histories, "")
	b.DeleteRange(prefix, instantKey(prefix, now.Add(-historyKept)))
	return b.Commit()
}

// typeOf returns the type of an alarm, of which s.alarms is held.
func (s *Store) typeOf(name string) string {
	if d, ok := s.alarms.Describe(name); ok && d.Composite != nil {
		return compositeType
	}
	return metricType
}

const (
	metricType    = "MetricAlarm"
	compositeType = "CompositeAlarm"
)

// A historyState is a state in the data of an entry.
type historyState struct {
	StateValue      watch.StateValue `json:"stateValue"`
	StateReason     string           `json:"stateReason"`
	StateReasonData json.RawMessage  `json:"stateReasonData,omitempty"`
}

func historyStateOf(s *watch.AlarmState) historyState {
	out := historyState{StateValue: s.Value, StateReason: s.Reason}
	if json.Valid([]byte(s.ReasonData)) {
		out.StateReasonData = json.RawMessage(s.ReasonData)
	}
	return out
}

// stateUpdate returns the entry of a change of state
// (docs/aws/cloudwatch.md#history).
func stateUpdate(s *Store, e *watch.Event) HistoryItem {
	data, err := json.Marshal(struct {
		Version  string       `json:"version"`
		OldState historyState `json:"oldState"`
		NewState historyState `json:"newState"`
	}{"1.0", historyStateOf(&e.Old), historyStateOf(&e.New)})
	if err != nil {
		data = nil // no value of these types has one
	}
	return HistoryItem{
		AlarmName: e.Alarm, AlarmType: s.typeOf(e.Alarm), Timestamp: request.Timestamp{Instant: e.At}, HistoryItemType: stateUpdated,
		HistorySummary: fmt.Sprintf("Alarm updated from %s to %s", e.Old.Value, e.New.Value), HistoryData: string(data),
	}
}

// acted returns the entry of an action, without the type of the alarm.
func acted(e *watch.Event, action, published string, err error) HistoryItem {
	state, summary := "Succeeded", "Successfully executed action "+action
	var failure *string
	if err != nil {
		text := err.Error()
		state, summary, failure = "Failed", "Failed to execute action "+action, &text
	}
	data, jsonErr := json.Marshal(struct {
		ActionState          string           `json:"actionState"`
		NotificationResource string           `json:"notificationResource"`
		StateUpdateTimestamp int64            `json:"stateUpdateTimestamp"`
		PublishedMessage     string           `json:"publishedMessage,omitempty"`
		Error                *string          `json:"error"`
		StateValue           watch.StateValue `json:"stateValue"`
	}{state, action, e.New.Updated.Time().UnixMilli(), published, failure, e.New.Value})
	if jsonErr != nil {
		data = nil // no value of these types has one
	}
	return HistoryItem{AlarmName: e.Alarm, Timestamp: request.Timestamp{Instant: e.At}, HistoryItemType: actionDone, HistorySummary: summary, HistoryData: string(data)}
}
