import groovy.json.JsonSlurper

def json = { String path ->
  def connection = new URL("http://${registry}/v2/it/release-names-index/${path}").openConnection()
  connection.setRequestProperty('Accept', 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json')
  assert connection.responseCode == 200
  [connection.contentType, new JsonSlurper().parse(connection.inputStream), connection.getHeaderField('Docker-Content-Digest')]
}
def (type, index, digest) = json('manifests/1.0')
assert type == 'application/vnd.oci.image.index.v1+json'
assert index.manifests*.platform == [[architecture: 'amd64', os: 'linux'], [architecture: 'arm64', os: 'linux']]
assert json('manifests/latest')[2] == digest

// The children share the layer of the common files, and nothing else lies in the index.
def layers = index.manifests.collect { json("manifests/${it.digest}")[1].layers*.digest }
assert layers[0].size() == 1 && layers[1].size() == 2 && layers[0][0] == layers[1][0]

def image = new JsonSlurper().parse(new File(basedir, 'target/multiarch/image.json'))
assert image.published
assert image.digest == digest
assert image.references == ["${registry}/it/release-names-index:1.0", "${registry}/it/release-names-index:latest"]*.toString()

def record = new JsonSlurper().parse(new File(basedir, 'target/multiarch/records/image-linux-arm64.json'))
assert record.manifest.digest == index.manifests[1].digest
assert record.platforms == ['linux/amd64', 'linux/arm64']
assert new File(localRepositoryPath, 'it/release-names-index/1.0/release-names-index-1.0-image-linux-arm64.json').isFile()
