package api

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"khonggiay/app"
)

// OpenAPI is the description of the whole API, in OpenAPI 3.1 as indented
// JSON. The UI's types are generated from it.
func OpenAPI() []byte {
	a := New(Options{Version: "1"})
	raw, err := json.MarshalIndent(a.huma.OpenAPI(), "", "  ")
	if err != nil {
		panic("api: the description cannot be written: " + err.Error()) // it is made of our own types
	}
	return append(raw, '\n')
}

// commandSchema is the union of all commands, told apart by the literal in
// "name", so that a generated client knows the args of each.
func (a *API) commandSchema() *huma.Schema {
	schemas := a.huma.OpenAPI().Components.Schemas
	target := schemas.Schema(reflect.TypeFor[TargetRef](), true, "TargetRef")
	union := &huma.Schema{Discriminator: &huma.Discriminator{PropertyName: "name", Mapping: map[string]string{}}}
	for _, spec := range app.Specs() {
		if !forScreens(spec) {
			continue
		}
		s := &huma.Schema{
			Type: huma.TypeObject,
			Properties: map[string]*huma.Schema{
				"name":       {Type: huma.TypeString, Enum: []any{spec.Name}},
				"target":     target,
				"base":       {Type: huma.TypeInteger, Format: "int64", Description: "version of the target that the person saw; 0 for a new record"},
				"delegation": {Type: huma.TypeString, Description: "the delegation to act under"},
				"args":       argsSchema(schemas, spec),
			},
			Required:             []string{"name", "target", "base", "args"},
			AdditionalProperties: false,
		}
		name := schemaName(spec.Name)
		schemas.Map()[name] = s
		ref := "#/components/schemas/" + name
		union.OneOf = append(union.OneOf, &huma.Schema{Ref: ref})
		union.Discriminator.Mapping[spec.Name] = ref
	}
	schemas.Map()["Command"] = union
	return &huma.Schema{Ref: "#/components/schemas/Command"}
}

func argsSchema(schemas huma.Registry, spec *app.Spec) *huma.Schema {
	t := reflect.TypeOf(spec.NewArgs()).Elem()
	return schemas.Schema(t, true, t.Name())
}

// schemaName makes "CommandDocumentReceive1" of "document.receive.1".
func schemaName(command string) string {
	var b strings.Builder
	b.WriteString("Command")
	for _, part := range strings.FieldsFunc(command, func(r rune) bool { return r == '.' || r == '_' }) {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}
