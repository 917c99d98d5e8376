import groovy.json.JsonSlurper

def status = { String reference ->
  def connection = new URL("http://${registry}/v2/it/partial-run-leaves-tags/manifests/${reference}").openConnection()
  connection.setRequestProperty('Accept', 'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json')
  connection.responseCode
}
def image = new JsonSlurper().parse(new File(basedir, 'target/multiarch/image.json'))
assert image.platforms*.platform == ['linux/arm64']
assert image.digest == null && !image.published
assert status(image.platforms[0].digest) == 200
assert status('1.0') == 404
def log = new File(basedir, 'build.log').text
assert log.contains('linux/amd64 is not built here')
assert log.contains('Nothing to show')
