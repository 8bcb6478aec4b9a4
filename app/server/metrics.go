package server

import (
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are what Prometheus reads. Names follow its conventions: base units,
// _total for counters. Labels hold no person, document or address.
type metrics struct {
	registry *prometheus.Registry

	requests  *prometheus.CounterVec
	took      *prometheus.HistogramVec
	logins    *prometheus.CounterVec
	enrolled  *prometheus.CounterVec
	commands  *prometheus.CounterVec
	streams   prometheus.Gauge
	pages     prometheus.Counter
	pageBytes prometheus.Counter
	pageItems prometheus.Counter
	pull      prometheus.Histogram
	commit    prometheus.Histogram
	alarms    prometheus.Counter
	unlike    prometheus.Counter
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "khonggiay_http_requests_total",
			Help: "Answered requests by listener, method and status."}, []string{"listener", "method", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "khonggiay_http_request_seconds",
			Help: "Time from request to end of the answer; long polls excepted.", Buckets: prometheus.ExponentialBuckets(0.001, 4, 8)}, []string{"listener"}),
		logins: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "khonggiay_logins_total",
			Help: "Sign-ins by result: ok, failed."}, []string{"result"}),
		enrolled: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "khonggiay_enrolments_total",
			Help: "Enrolment requests by result: ok, refused."}, []string{"result"}),
		commands: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "khonggiay_commands_total",
			Help: "Commands decided, by result: accepted, refused, deferred."}, []string{"result"}),
		streams: prometheus.NewGauge(prometheus.GaugeOpts{Name: "khonggiay_sync_streams",
			Help: "Open streams of laptops."}),
		pages: prometheus.NewCounter(prometheus.CounterOpts{Name: "khonggiay_sync_pages_total",
			Help: "Pages of records sent to laptops."}),
		pageBytes: prometheus.NewCounter(prometheus.CounterOpts{Name: "khonggiay_sync_page_bytes_total",
			Help: "Bytes of those pages, compressed."}),
		pageItems: prometheus.NewCounter(prometheus.CounterOpts{Name: "khonggiay_sync_page_items_total",
			Help: "Records and patches on those pages."}),
		pull: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "khonggiay_sync_pull_seconds",
			Help: "Time of one look into the database for a pull.", Buckets: prometheus.ExponentialBuckets(0.0005, 4, 8)}),
		commit: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "khonggiay_commit_seconds",
			Help: "Time of one group commit of commands.", Buckets: prometheus.ExponentialBuckets(0.0005, 4, 8)}),
		alarms: prometheus.NewCounter(prometheus.CounterOpts{Name: "khonggiay_alarms_total",
			Help: "Commands with an id already taken by other bytes, a foreign writer or a false signature; document numbers given twice or skipped."}),
		unlike: prometheus.NewCounter(prometheus.CounterOpts{Name: "khonggiay_sync_unlike_total",
			Help: "Scopes of laptops that differed from the server's at the end of a pull, and were repaired."}),
	}
	m.registry.MustRegister(m.requests, m.took, m.logins, m.enrolled, m.commands, m.streams, m.pages, m.pageBytes, m.pageItems, m.pull, m.commit, m.alarms, m.unlike,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// gauge registers a value that is read when Prometheus asks.
func (m *metrics) gauge(name, help string, read func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}

// counter is a gauge that only rises.
func (m *metrics) counter(name, help string, read func() float64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, read))
}

// request counts an answered request. Long polls are counted but not timed:
// that they take long is their purpose.
func (m *metrics) request(listener, method string, status int, took time.Duration) {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete:
	default:
		method = "other"
	}
	m.requests.WithLabelValues(listener, method, strconv.Itoa(status)).Inc()
	if listener != listenerSync {
		m.took.WithLabelValues(listener).Observe(took.Seconds())
	}
}

func (m *metrics) login(ok bool) { m.logins.WithLabelValues(result(ok, "failed")).Inc() }

func (m *metrics) enrolment(ok bool) { m.enrolled.WithLabelValues(result(ok, "refused")).Inc() }

func result(ok bool, otherwise string) string {
	if ok {
		return "ok"
	}
	return otherwise
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// fileSize is a gauge's reading of a file's size; 0 when it is not there.
func fileSize(path string) func() float64 {
	return func() float64 {
		info, err := os.Stat(path)
		if err != nil {
			return 0
		}
		return float64(info.Size())
	}
}
