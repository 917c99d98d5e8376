import groovy.json.JsonSlurper

def registryAnswers = { String method, String path ->
  def connection = new URL("http://${registry}/v2/it/sparse-layout/${path}").openConnection()
  connection.requestMethod = method
  connection.setRequestProperty('Accept', 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json')
  assert connection.responseCode == 200
  connection
}
def json = { String path -> new JsonSlurper().parse(registryAnswers('GET', path).inputStream) }

def layout = new File(basedir, 'target/multiarch/oci/blobs/sha256')
json('manifests/1.0').manifests.each { child ->
  def layers = json("manifests/${child.digest}").layers*.digest
  layers.each { registryAnswers('HEAD', "blobs/${it}") }
  assert new File(layout, layers.last().substring(7)).isFile()
  layers.init().each {
    assert !new File(layout, it.substring(7)).exists()
    assert !new File(basedir, 'target/cache/blobs/sha256/' + it.substring(7)).exists()
  }
}
assert new File(basedir, 'build.log').text.contains('mounted')
