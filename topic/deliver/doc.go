// Package deliver takes the messages of topics to their receivers: by HTTP and HTTPS, to
// queues and to functions. What goes to people is shown, not sent. Package topic/store
// says what is due.
//
// The package is internal to this program: any commit may change its interface.
package deliver
