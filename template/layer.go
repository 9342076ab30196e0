package template

import (
	"os"
	"path/filepath"
	"slices"
)

// Properties of both kinds of layer. Who may use a layer has no effect on one
// machine.
var layerProperties = properties{silent: "CompatibleArchitectures CompatibleRuntimes Description LayerName LicenseInfo"}

func lambdaLayer() *resourceType {
	return &resourceType{
		properties: layerProperties.and(properties{honoured: "Content"}),
		ref:        layerARN, attributes: attributes{"LayerVersionArn": layerARN},
		read: func(l *loader, r *resource) error { return l.readLayer(r, "Content", lambdaContent) },
	}
}

func serverlessLayer() *resourceType {
	return &resourceType{
		properties: layerProperties.and(properties{honoured: "ContentUri", silent: "PublishLambdaVersion RetentionPolicy"}),
		ref:        layerARN, attributes: attributes{"LayerVersionArn": layerARN, "Arn": layerARN},
		read: func(l *loader, r *resource) error { return l.readLayer(r, "ContentUri", serverlessContent) },
	}
}

func layerARN(e *evaluator, r *resource) (string, error) {
	arn, err := namedARN("lambda", "layer:", "LayerName", 140)(e, r)
	return arn + ":1", err
}

// readLayer reads a layer. One whose content is not on this machine is an omission.
func (l *loader) readLayer(r *resource, key string, content func(in reader, metadata *node) string) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	layer := &Layer{Source: in.source(r.line, map[string]string{"ContentURI": key, "BuildMethod": "Metadata.BuildMethod"}), LogicalID: r.id, BuildMethod: l.buildMethod(r)}
	layer.apart = map[string]*node{"Metadata": r.metadata}
	if layer.ContentURI = l.besideTemplate(content(in, r.metadata)); layer.ContentURI == "" {
		if !l.lacks(in, r.id, "content that is not on this machine") {
			return *in.err
		}
		return nil
	}
	arn, err := l.identify(r)
	in.stick(err)
	l.layers[arn] = layer
	return *in.err
}

// serverlessContent returns the path of a ContentUri.
func serverlessContent(in reader, _ *node) string {
	if v := in.needed("ContentUri"); v != nil && v.kind == mapping {
		in.unsupported("ContentUri", "ContentUri is an object in S3; %s", localCode)
		return ""
	}
	return localPath(in, in, "ContentUri")
}

// lambdaContent returns the path of Content: a local path, an asset of CDK's, or
// what serverless package has built.
func lambdaContent(in reader, metadata *node) string {
	if v := in.value("Content"); v == nil || v.kind == scalar {
		return localPath(in, in, "Content")
	}
	key := in.under("Content").text("S3Key", "")
	if asset := cdkAsset(in.e.file, metadata, key, "Content"); asset != "" {
		return asset
	}
	built := filepath.Join(filepath.Dir(in.e.file), filepath.Base(filepath.FromSlash(key)))
	if info, err := os.Stat(built); key != "" && err == nil && info.Mode().IsRegular() {
		return absolute(built)
	}
	in.unsupported("Content", "Content is an object in S3; %s", localCode)
	return ""
}

// linkLayers finds the layers of a function. Layers that the template does not make
// are omissions.
func (l *loader) linkLayers(r *resource) {
	i := slices.IndexFunc(l.t.Functions, func(f *Function) bool { return f.LogicalID == r.id })
	if i < 0 {
		return
	}
	in := l.reader(r.id+": ", r.line, r.properties).alone()
	arns := in.texts("Layers")
	if *in.err != nil {
		l.omit(in.lineOf("Layers"), r.id, "Layers")
		return
	}
	for _, arn := range arns {
		if layer := l.layers[arn]; layer != nil {
			l.t.Functions[i].Layers = append(l.t.Functions[i].Layers, layer)
		} else {
			l.omit(in.lineOf("Layers"), r.id, "layer "+arn)
		}
	}
}
