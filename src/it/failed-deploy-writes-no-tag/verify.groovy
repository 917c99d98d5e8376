import groovy.json.JsonSlurper

def status = { String image, String reference ->
  def connection = new URL("http://${registry}/v2/it/${image}/manifests/${reference}").openConnection()
  connection.setRequestProperty('Accept', 'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json')
  connection.responseCode
}
def log = new File(basedir, 'build.log').text
assert log.count('BUILD FAILURE') == 1
assert status('failed-deploy-writes-no-tag', '1.0') == 404
assert status('failed-deploy-writes-no-tag', '2.0') == 200

def last = new JsonSlurper().parse(new File(basedir, 'target/multiarch/image.json'))
assert last.repository.endsWith('/nobody') && !last.published
assert last.platforms.every { status('nobody', it.digest) == 404 }
