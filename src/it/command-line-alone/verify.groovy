import groovy.json.JsonSlurper

def get = { String path ->
  def connection = new URL("http://${registry}/v2/it/command-line/${path}").openConnection()
  connection.setRequestProperty('Accept', 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json')
  assert connection.responseCode == 200
  new JsonSlurper().parse(connection.inputStream)
}
def index = get('manifests/2')
assert index.manifests*.platform ==
    [[architecture: 'arm', os: 'linux', variant: 'v6'], [architecture: 'riscv64', os: 'linux']]
def config = get("blobs/${get("manifests/${index.manifests[0].digest}").config.digest}")
assert config.variant == 'v6'
assert config.config.Entrypoint == ['java', '-cp', '/app/classes', 'it.Main']
assert config.config.Cmd == ['a', 'b']
assert config.config.User == '7'
assert config.created == '1970-01-01T00:00:00Z'
