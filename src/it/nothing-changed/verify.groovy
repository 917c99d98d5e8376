import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text
assert log.count('nothing-changed, nothing changed') == 1
assert log.count('(unchanged)') == 1
assert log.count('BUILD SUCCESS') == 3

def image = new JsonSlurper().parse(new File(basedir, 'target/multiarch/image.json'))
assert image.tags == ['2.0'] && image.published
for (tag in ['1.0', '2.0']) {
  def connection = new URL("http://${registry}/v2/it/nothing-changed/manifests/${tag}").openConnection()
  connection.setRequestProperty('Accept', 'application/vnd.oci.image.index.v1+json')
  assert connection.getHeaderField('Docker-Content-Digest') == image.digest
}
