// Package app is the domain of Không Giấy: the units and people of a province,
// their official documents, the commands that change them, and who may give
// which command in which state.
//
// The package does no I/O and imports nothing beyond the standard library and
// x/text/unicode/norm, so that the very same code decides on a laptop (at once,
// on its replica) and on the provincial server (for good). Everything that
// happens is a [Command]; [Execute] runs one against a [Tx]; [Can] is the only
// place that says who may. Law followed: Nghị định 30/2020/NĐ-CP (văn thư),
// Quyết định 28/2018/QĐ-TTg (exchange and states), Luật Bảo vệ bí mật nhà nước.
//
// Proved by: the golden matrix in testdata/matrix.golden (role × action ×
// state), the property tests in can_property_test.go and, for every store, the
// conformance suite app/apptest.
package app
